#include "tck/dps/conformance/judge.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace kontor::tck::dps {

namespace dsp = protocol::dsp;

namespace {

constexpr std::string_view schema_base = "https://w3id.org/dspace-sig/v1.0/";

}  // namespace

/// Messages refer to one another by address; the files' own `$id` is a name without one.
Judge::Judge(std::optional<std::string> specifications) {
  if (!specifications) return;
  schemas_ = std::make_unique<dsp::testing::Schemas>(*specifications + "/dsp");
  for (const auto& entry : std::filesystem::directory_iterator(*specifications + "/dps/schemas")) {
    schemas_->add(std::string(schema_base) + entry.path().filename().string(),
                  dsp::testing::load_json(entry.path()));
  }
}

Result<json::Object> Judge::read(const std::string& text, std::string_view type) const {
  auto value = json::parse(text);
  if (!value || !value->is_object()) {
    return wrong(fmt::format("a {} is expected, and this came: {}", type, text.substr(0, 300)));
  }
  if (schemas_ && !type.empty()) {
    const json::Object schema{{"$ref", fmt::format("{}{}.schema.json", schema_base, type)}};
    const auto error = schemas_->check_by(*value, schema);
    if (!error.empty()) return wrong(fmt::format("no valid {}: {} in {}", type, error, text));
  }
  return std::move(value->get_object());
}

std::string message_of(std::string_view operation) {
  if (operation == "prepare") return "DataFlowPrepareMessage";
  if (operation == "start") return "DataFlowStartMessage";
  if (operation == "started") return "DataFlowStartedNotificationMessage";
  if (operation == "suspend") return "DataFlowSuspendMessage";
  if (operation == "resume") return "DataFlowResumeMessage";
  if (operation == "terminate") return "DataFlowTerminateMessage";
  return {};
}

}  // namespace kontor::tck::dps
