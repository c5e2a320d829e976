#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::platform::routing {

/// Finds the entry for the segments of a path. A literal segment wins over a parameter, a parameter over
/// `{rest*}`, which takes only paths that nothing else knows, whatever their method.
class PathTree {
 public:
  struct Match {
    std::size_t entry;
    std::map<std::string, std::string, std::less<>> parameters;
  };

  PathTree();
  ~PathTree();

  /// Several entries may share a path (other methods). False: this pattern under this key is there already.
  bool add(std::string_view pattern, std::string_view key, std::size_t entry);
  /// The entries of the path, by key; empty: no such path.
  std::map<std::string, Match, std::less<>> find(const std::vector<std::string>& segments) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace kontor::platform::routing
