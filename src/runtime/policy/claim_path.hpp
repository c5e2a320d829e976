#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/json/json.hpp"
#include "base/result/result.hpp"

namespace kontor::runtime::policy {

/// Where in a document a claim stands: `$` and then child names, indices and wildcards, as `$.a['b c'][0].*`.
/// A part of JSONPath (RFC 9535) that finds what it finds in one pass: no filters, slices or descendants.
class ClaimPath {
 public:
  /// Errors: invalid_input with the column.
  static Result<ClaimPath> read(std::string_view text);

  /// Appends what the path finds below `root`. Each value that is visited costs a step of `steps_left`.
  /// Errors: too_large when they are used up.
  Result<void> find(const json::Value& root, std::uint64_t& steps_left,
                    std::vector<json::Value>& found) const;

 private:
  struct Any {};
  using Segment = std::variant<std::string, std::size_t, Any>;
  std::vector<Segment> segments_;

  friend class ClaimPathReader;
};

/// How many segments a path may have.
inline constexpr std::size_t claim_path_segments_max = 16;

}  // namespace kontor::runtime::policy
