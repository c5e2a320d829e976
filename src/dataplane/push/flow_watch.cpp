#include "dataplane/push/flow_watch.hpp"

#include <vector>

#include "domain/data_flow/decide.hpp"

namespace kontor::dataplane::push {

FlowWatch::FlowWatch(platform::engine::Engine& engine) : watches_(std::make_shared<Watches>()) {
  engine.store().on_change([all = std::weak_ptr(watches_)](const platform::store::Change& change) {
    const auto watches = all.lock();
    if (!watches || !change.is_of(domain::data_flow::Machine::kind())) return;
    const auto [begin, end] = change.is_unknown() ? std::pair(watches->begin(), watches->end())
                                                  : watches->equal_range({change.context, change.entity});
    std::vector<std::shared_ptr<Watch>> found;
    for (auto each = begin; each != end; ++each) {
      if (auto watch = each->second.lock()) found.push_back(std::move(watch));
    }
    for (const auto& watch : found) {
      watch->changed = true;
      if (watch->on_change) watch->on_change();
    }
  });
}

std::shared_ptr<Watch> FlowWatch::watch(ContextId context, EntityId flow) {
  const Key key{std::move(context), std::move(flow)};
  const auto all = watches_;
  const auto release = [all = std::weak_ptr(all), key](Watch* watch) {
    delete watch;
    const auto watches = all.lock();
    if (!watches) return;
    const auto [begin, end] = watches->equal_range(key);
    for (auto each = begin; each != end;)
      each = each->second.expired() ? watches->erase(each) : std::next(each);
  };
  std::shared_ptr<Watch> watch(new Watch, release);
  all->emplace(key, watch);
  return watch;
}

}  // namespace kontor::dataplane::push
