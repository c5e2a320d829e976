#include "domain/orchestration/internal/graph.hpp"

#include <algorithm>
#include <set>

namespace kontor::domain::orchestration::internal {
namespace {

enum class Mark : std::uint8_t { unseen, open, closed };

/// Depth first, so that the way back to an open activity spells the cycle out.
class CycleSearch {
 public:
  explicit CycleSearch(std::span<const Activity> activities)
      : activities_(activities), marks_(activities.size(), Mark::unseen) {}

  std::vector<std::string> run() {
    for (std::size_t i = 0; i < activities_.size(); ++i) visit(i);
    return std::move(cycles_);
  }

 private:
  void visit(std::size_t index) {
    if (marks_[index] != Mark::unseen) return;
    marks_[index] = Mark::open;
    way_.push_back(index);
    for (const auto& dependency : activities_[index].depends_on) {
      const auto next = index_of(activities_, dependency);
      if (marks_[next] == Mark::open) {
        name_cycle(next);
      } else {
        visit(next);
      }
    }
    way_.pop_back();
    marks_[index] = Mark::closed;
  }

  void name_cycle(std::size_t start) {
    std::string text = "activities depend on each other in a circle: ";
    for (auto at = std::ranges::find(way_, start); at != way_.end(); ++at)
      text += activities_[*at].id.str() + " -> ";
    cycles_.push_back(text + activities_[start].id.str());
  }

  std::span<const Activity> activities_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> way_;
  std::vector<std::string> cycles_;
};

}  // namespace

std::vector<std::string> graph_problems(std::span<const Activity> activities) {
  if (activities.empty()) return {"there are no activities"};
  if (activities.size() > activities_max) {
    return {fmt::format("there are {} activities, {} are allowed", activities.size(), activities_max)};
  }
  std::vector<std::string> problems;
  std::set<ActivityId> ids;
  for (const auto& activity : activities) {
    if (!ids.insert(activity.id).second)
      problems.push_back(fmt::format("activity '{}' stands twice", activity.id));
  }
  for (const auto& activity : activities) {
    for (const auto& dependency : activity.depends_on) {
      if (ids.contains(dependency)) continue;
      problems.push_back(
          fmt::format("activity '{}' depends on '{}', which is not there", activity.id, dependency));
    }
  }
  return problems.empty() ? CycleSearch(activities).run() : problems;
}

std::vector<std::vector<bool>> ancestors_of(std::span<const Activity> activities) {
  std::vector<std::vector<bool>> ancestors(activities.size());
  const auto fill = [&](auto& self, std::size_t index) -> void {
    auto& own = ancestors[index];
    if (!own.empty()) return;
    own.assign(activities.size(), false);
    for (const auto& dependency : activities[index].depends_on) {
      const auto before = index_of(activities, dependency);
      self(self, before);
      own[before] = true;
      for (std::size_t i = 0; i < activities.size(); ++i) own[i] = own[i] || ancestors[before][i];
    }
  };
  for (std::size_t i = 0; i < activities.size(); ++i) fill(fill, i);
  return ancestors;
}

std::size_t index_of(std::span<const Activity> activities, const ActivityId& id) {
  const auto found = std::ranges::find(activities, id, &Activity::id);
  invariant(found != activities.end(), "a dependency was checked to be there");
  return static_cast<std::size_t>(found - activities.begin());
}

}  // namespace kontor::domain::orchestration::internal
