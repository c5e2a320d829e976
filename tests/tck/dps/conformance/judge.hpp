#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "protocol/dsp/json_schema_for_test.hpp"
#include "tck/conformance/verdict.hpp"

namespace kontor::tck::dps {

/// Reads what the planes say. With the folder of the official schemas, everything must be valid.
class Judge {
 public:
  explicit Judge(std::optional<std::string> specifications);

  bool has_schemas() const { return schemas_ != nullptr; }
  /// The message of a type, `DataFlowStatusMessage`. Errors: peer_refused.
  Result<json::Object> read(const std::string& text, std::string_view type) const;

 private:
  std::unique_ptr<protocol::dsp::testing::Schemas> schemas_;
};

/// The message that a signal or callback carries; empty: any body.
std::string message_of(std::string_view operation);

}  // namespace kontor::tck::dps
