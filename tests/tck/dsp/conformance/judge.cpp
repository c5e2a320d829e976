#include "tck/dsp/conformance/judge.hpp"

#include <fmt/format.h>

#include <cctype>

namespace kontor::tck::dsp {
namespace {

/// `ContractRequestMessage` → `contract-request-message-schema.json`.
std::string schema_of(std::string_view type) {
  std::string file;
  for (const char letter : type) {
    const bool upper = std::isupper(static_cast<unsigned char>(letter)) != 0;
    if (upper && !file.empty()) file += '-';
    file += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return file + "-schema.json";
}

}  // namespace

Judge::Judge(std::optional<std::string> specifications) {
  if (!specifications) return;
  schemas_ = std::make_unique<protocol::dsp::testing::Schemas>(*specifications + "/dsp");
}

Result<json::Object> Judge::read(const std::string& text, std::string_view type) const {
  auto value = json::parse(text, {.bytes_max = 16 * 1024 * 1024});
  if (!value) return wrong(fmt::format("{} expected, and this is no JSON: {}", type, text.substr(0, 200)));
  if (!value->is_object() || text_of(value->get_object(), "@type") != type) {
    return wrong(fmt::format("{} expected, and this came: {}", type, text.substr(0, 300)));
  }
  auto valid = check(*value, schema_of(type));
  if (!valid) return fail(std::move(valid.error()));
  return std::move(value->get_object());
}

Result<void> Judge::check(const json::Value& document, const std::string& schema_file) const {
  if (!schemas_) return {};
  auto error = schemas_->check(document, schema_file);
  if (error.empty()) return {};
  return wrong(fmt::format("not valid against {}: {} in {}", schema_file, error, json::serialize(document)));
}

}  // namespace kontor::tck::dsp
