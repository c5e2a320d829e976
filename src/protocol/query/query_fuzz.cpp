#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"
#include "protocol/query/predicate_text.hpp"
#include "protocol/query/query_spec.hpp"

// Whatever is asked: no crash, and a query that is accepted is written and read again as the same one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::protocol;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)query::read_predicate(text);
  (void)query::read_cursor(text);
  if (const auto asked = json::decode<query::Query>(text)) {
    const auto written = query::write_query_spec(*asked);
    if (!written) return 0;
    const auto again = json::decode_value<query::Query>(*written);
    invariant(again && *again == *asked, "a query that was accepted is read again as the same one");
  }
  return 0;
}
