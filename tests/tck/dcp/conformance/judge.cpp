#include "tck/dcp/conformance/judge.hpp"

#include <fmt/format.h>

#include "protocol/dcp/messages.hpp"
#include "protocol/dsp/json_schema_for_test.hpp"

namespace kontor::tck::dcp {
namespace {

using protocol::dsp::testing::load_json;

/// `CredentialMessage` → `credential-message-schema.json`.
std::string schema_of(std::string_view type) {
  std::string file;
  for (const char letter : type) {
    const bool upper = letter >= 'A' && letter <= 'Z';
    if (upper && !file.empty()) file += '-';
    file += upper ? static_cast<char>(letter - 'A' + 'a') : letter;
  }
  return file + "-schema.json";
}

}  // namespace

Judge::Judge(std::optional<std::string> specifications) {
  if (!specifications) return;
  const auto folder = *specifications + "/dcp";
  schemas_ = std::make_unique<protocol::dsp::testing::Schemas>(folder);
  // Its `$id` is that of a draft; the others refer to it by its address.
  schemas_->add("https://w3id.org/dspace-dcp/v1.0/common/context-schema.json",
                load_json(folder + "/common/context-schema.json"));
  schemas_->add(
      "https://identity.foundation/presentation-exchange/schemas/presentation-definition.json",
      load_json(folder + "/referenced-schemas/presentation-exchange/schemas/presentation-definition.json"));
}

Judge::~Judge() = default;

json::Object Judge::read(const std::string& text, std::string_view type) const {
  auto value = json::parse(text, {.bytes_max = 1024 * 1024});
  verify(value.has_value(), fmt::format("{} expected, and this is no JSON: {}", type, text.substr(0, 200)));
  verify(value->is_object() && text_of(value->get_object(), "type") == type,
         fmt::format("{} expected, and this came: {}", type, text.substr(0, 300)));
  const auto* context = value->get_object().if_contains("@context");
  const json::Array expected{std::string(protocol::dcp::context)};
  verify(context && *context == expected, "the one context is expected: " + text.substr(0, 200));
  if (schemas_) {
    const auto error = schemas_->check(*value, schema_of(type));
    verify(error.empty(), fmt::format("not valid against {}: {} in {}", schema_of(type), error, text));
  }
  return std::move(value->get_object());
}

}  // namespace kontor::tck::dcp
