#pragma once

#include <string>
#include <utility>

namespace kontor::platform::config {

/// A text that must not show: no stream, format or comparison takes it. A field of this type may also be
/// given as the name of a file that holds it (`password_file` for `password`), and is never printed.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : value_(std::move(value)) {}

  bool empty() const { return value_.empty(); }
  /// The text itself, to be handed to what needs it and kept nowhere else.
  const std::string& reveal() const { return value_; }

 private:
  std::string value_;
};

}  // namespace kontor::platform::config
