#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/json/json.hpp"

namespace kontor::json {

/// Names of members, from the outermost on.
using MemberPath = std::vector<std::string>;

/// Reads a few members of a document and builds none of the rest, which costs a fraction of `parse`.
class Picker {
 public:
  explicit Picker(std::span<const MemberPath> paths);
  ~Picker();
  Picker(Picker&&) noexcept;
  Picker& operator=(Picker&&) noexcept;

  /// The text, number or boolean at each path, in their order; null where there is none, or no scalar. All of
  /// the document is checked to be JSON, but for duplicate keys: the last one counts. Errors: malformed,
  /// too_large.
  Result<std::vector<Value>> pick(std::string_view text, ParseLimits limits = {}) const;

 private:
  struct Step;
  std::unique_ptr<Step> root_;
  std::size_t count_;
};

}  // namespace kontor::json
