#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "installation/driver.hpp"
#include "tck/conformance/verdict.hpp"

namespace kontor::protocol::dsp::testing {
class Schemas;
}

namespace kontor::tck::dcp {

using installation::verify;

/// Reads what the system under test says. With the folder of the official schemas, everything must be valid.
/// What is not as it must be is thrown (`installation::Failed`).
class Judge {
 public:
  /// `KONTOR_SPEC_DIR` of the environment, if any.
  explicit Judge(std::optional<std::string> specifications);
  ~Judge();

  bool has_schemas() const { return schemas_ != nullptr; }
  /// The message of a type of the protocol.
  json::Object read(const std::string& text, std::string_view type) const;

 private:
  std::unique_ptr<protocol::dsp::testing::Schemas> schemas_;
};

}  // namespace kontor::tck::dcp
