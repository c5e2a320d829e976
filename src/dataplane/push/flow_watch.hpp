#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "platform/engine/engine.hpp"

namespace kontor::dataplane::push {

/// Whether a flow was changed since somebody last looked, known with the commit.
struct Watch {
  bool changed = false;
  std::function<void()> on_change = {};
};

/// Those who look at flows while bytes move: each hears of every change of its flow, and looks itself whether
/// that is its end. (`platform::async::Interruption` is an end, said once.) Used on the io thread.
class FlowWatch {
 public:
  explicit FlowWatch(platform::engine::Engine& engine);

  /// Until the result is let go.
  std::shared_ptr<Watch> watch(ContextId context, EntityId flow);

 private:
  using Key = std::pair<ContextId, EntityId>;
  using Watches = std::multimap<Key, std::weak_ptr<Watch>>;
  std::shared_ptr<Watches> watches_;
};

}  // namespace kontor::dataplane::push
