#pragma once

#include <deque>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>

#include "platform/async/signal.hpp"
#include "platform/engine/engine_core.hpp"

namespace kontor::platform::engine {

/// Names one entity of the installation.
struct EntityKey {
  std::string kind;
  ContextId context;
  EntityId id;
  auto operator<=>(const EntityKey&) const = default;
};

/// At most `limit` holders; who asks for more waits for one to leave.
class Slots {
 public:
  Slots(boost::asio::any_io_executor executor, async::Clock& clock, std::size_t limit)
      : signal_(std::move(executor), clock), clock_(&clock), limit_(limit) {}

  /// False when the awaiting scope closes.
  Task<bool> take();
  void give_back();
  std::size_t held() const { return held_; }

 private:
  async::Signal signal_;
  async::Clock* clock_;
  std::size_t limit_;
  std::size_t held_ = 0;
};

/// What one entity's effects wait for, in order of commit.
struct EffectQueue {
  std::deque<store::OutboxRow> rows;
  bool running = false;
};

struct EngineCore::State : std::enable_shared_from_this<EngineCore::State> {
  State(async::Scope& scope_in, async::Clock& clock_in, Random& random_in, store::Store& store_in,
        EngineConfig config_in);

  // engine_core.cpp: change
  Task<Result<Applied>> apply(const ErasedMachine& machine, Command command, ErasedEvent event,
                              std::vector<store::EffectId> done);
  Task<Result<Applied>> apply_once(const ErasedMachine& machine, const Command& command,
                                   const ErasedEvent& event, const std::vector<store::EffectId>& done);
  Task<async::Mutex::Guard> lock(EntityKey key);
  const ErasedMachine& machine(std::string_view kind) const;

  // effects.cpp: carry out
  void enqueue(std::vector<store::OutboxRow> rows);
  Task<void> run_entity(EntityKey key);
  Task<bool> run_row(EntityKey key, store::OutboxRow row);
  Task<Result<ErasedEvent>> attempt(store::OutboxRow row);
  Task<bool> settle(store::OutboxRow row, ErasedEvent event);
  Task<bool> give_up(store::OutboxRow row, Error error);
  Duration back_off(std::uint32_t attempts);
  Slots& group(const std::string& name);
  void mark_done(const store::OutboxRow& row);
  Task<void> flush_done();

  // due.cpp: what time alone changes
  Task<void> run_due(const ErasedMachine& machine);
  Task<void> apply_due(const ErasedMachine& machine, store::Record record);
  void expect(std::string_view kind, Instant at);
  Task<void> run_sweep();

  async::Scope& scope;
  async::Clock& clock;
  Random& random;
  store::Store& store;
  EngineConfig config;

  std::map<std::string, ErasedMachine, std::less<>> machines;
  std::map<EntityKey, std::shared_ptr<async::Mutex>> locks;
  std::map<EntityKey, EffectQueue> queues;
  std::map<std::string, std::unique_ptr<Slots>> groups;
  std::map<std::string, std::vector<store::EffectId>> done;  ///< by context, written in one transaction each
  bool flushing = false;
  Slots slots;
  async::Signal idle;  ///< notified when an entity's queue has run dry

  struct Due {
    std::unique_ptr<async::Signal> signal;
    std::optional<Instant> earliest;
  };
  std::map<std::string, Due, std::less<>> due;

  std::map<EntityKey, std::weak_ptr<async::Signal>> watchers;
  bool draining = false;
};

}  // namespace kontor::platform::engine
