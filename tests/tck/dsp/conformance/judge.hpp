#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/json/json.hpp"
#include "base/result/result.hpp"
#include "protocol/dsp/json_schema_for_test.hpp"
#include "tck/conformance/verdict.hpp"

namespace kontor::tck::dsp {

/// Reads what the connector says. With the folder of the official schemas, everything must be valid.
class Judge {
 public:
  /// `KONTOR_SPEC_DIR` of the environment, if any.
  explicit Judge(std::optional<std::string> specifications);

  bool has_schemas() const { return schemas_ != nullptr; }
  /// The document of a type of the protocol. Errors: peer_refused.
  Result<json::Object> read(const std::string& text, std::string_view type) const;
  /// For documents without a type of their own.
  Result<void> check(const json::Value& document, const std::string& schema_file) const;

 private:
  std::unique_ptr<protocol::dsp::testing::Schemas> schemas_;
};

}  // namespace kontor::tck::dsp
