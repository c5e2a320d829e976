#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::platform::routing {

/// Finds the entry for the segments of a path. A literal segment wins over a parameter, a parameter over
/// `{rest*}`, which takes only paths that nothing else knows, whatever their method.
class PathTree {
 public:
  struct Entry {
    std::size_t index;
    std::vector<std::string> names;  ///< of the parameters, in order
  };
  using Entries = std::map<std::string, Entry, std::less<>>;
  struct Match {
    std::size_t entry;
    std::map<std::string, std::string, std::less<>> parameters;
  };

  /// The entries of one path, by key. The tree outlives it.
  class Matches {
   public:
    bool empty() const { return places_.empty(); }
    std::optional<Match> of(std::string_view key) const;
    std::map<std::string_view, std::size_t> all() const;

   private:
    friend class PathTree;
    struct Place {
      const Entries* entries;
      std::vector<std::string> values;  ///< of the parameters, in order
    };
    std::vector<Place> places_;  ///< the best one first
  };

  PathTree();
  ~PathTree();

  /// Several entries may share a path (other methods). False: this pattern under this key is there already.
  bool add(std::string_view pattern, std::string_view key, std::size_t entry);
  /// Empty: no such path.
  Matches find(const std::vector<std::string>& segments) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace kontor::platform::routing
