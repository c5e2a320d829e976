#include <cstddef>
#include <cstdint>
#include <string_view>

#include "protocol/cel/credentials/credential_functions.hpp"
#include "protocol/cel/json.hpp"
#include "protocol/cel/program.hpp"

namespace {

using namespace kontor::protocol;

std::vector<cel::Program> programs() {
  const cel::Environment environment{.variables = {{"vc", cel::Kind::list}, {"now", cel::Kind::timestamp}},
                                     .functions = cel::credentials::functions()};
  std::vector<cel::Program> compiled;
  for (const auto* text : {"vc.withType('A').withContext('B').withIssuer('C').valid().claims('a.b')",
                           "vc.hasClaim('a') || vc.hasClaim('a', 1) || vc.hasCredential('A')",
                           "vc.claim('a.b.c') == vc.claim('id')"}) {
    compiled.push_back(cel::compile(text, environment).value());
  }
  return compiled;
}

}  // namespace

// Whatever a stranger presents as credentials: the functions answer, and never with an error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace kontor;
  static const auto compiled = programs();
  const auto document = json::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  const auto presented = cel::from_json(*document);
  const cel::Activation activation{{"vc", presented.if_list() ? presented : cel::List{presented}},
                                   {"now", cel::Timestamp{1'795'000'000, 0}}};
  for (const auto& program : compiled) {
    const auto value = program.evaluate(activation, {.steps_max = 10'000'000});
    invariant(value.has_value(), "what is missing is no match and no error");
  }
  return 0;
}
