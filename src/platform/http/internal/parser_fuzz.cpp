#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/http/internal/parser.hpp"

// A head and what follows it, as a request and as a response: no crash, and no more bytes are used than there
// are.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  using namespace kontor::platform::http;
  std::string_view bytes(reinterpret_cast<const char*>(data), size);
  auto end = find_head_end(bytes, 0);
  if (!end) return 0;
  for (auto kind : {MessageKind::request, MessageKind::response, MessageKind::response_to_head}) {
    Parser parser;
    auto head = parser.head(bytes.substr(0, *end), kind);
    if (!head) continue;
    auto lengths = head->headers.all("content-length").size();
    auto codings = head->headers.all("transfer-encoding").size();
    invariant(lengths == 0 || codings == 0, "a message has one framing");
    if (head->framing != Head::Framing::chunked) continue;
    std::string body;
    auto rest = bytes.substr(*end);
    auto used = parser.chunks(rest, body);
    if (used) invariant(*used <= rest.size() && body.size() <= *used, "a body comes from its bytes");
  }
  return 0;
}
