#pragma once

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "platform/store/contract/fixture.hpp"

/// A process that is killed at any instant: what it acknowledged is there, and nothing is half there.
namespace kontor::platform::store::contract {

/// Writes entities named after `prefix`, each with an effect and an audited event, until a commit fails.
/// Tells of each that was acknowledged.
inline Task<void> write_until_it_fails(Store* store, std::string prefix,
                                       std::function<void(const std::string&)> acknowledged,
                                       std::string* failure = nullptr) {
  for (int i = 0;; ++i) {
    const auto id = prefix + std::to_string(i);
    Transaction transaction{.puts = {{&asset_kind(), EntityId(id), 0, R"({"name":"wine"})"}},
                            .effects = {effect(id, id)},
                            .events = {event("asset.created", id)},
                            .audited = true};
    auto done = co_await store->commit(ContextId("acme"), std::move(transaction));
    if (!done) {
      if (failure && failure->empty()) *failure = done.error().message();
      co_return;
    }
    acknowledged(id);
  }
}

/// Everything that was acknowledged is stored, and each entity has its effect and its audit row or none of
/// them is there.
inline void expect_whole(kontor::testing::EventLoop& loop, Store& store,
                         const std::set<std::string>& acknowledged) {
  const ContextId acme("acme");
  std::set<std::string> stored;
  for (std::string cursor;;) {
    auto page = loop.run(store.export_all(acme, cursor, 1000)).value();
    for (const auto& record : page.records) stored.insert(record.id.str());
    if (!page.next) break;
    cursor = *page.next;
  }
  std::set<std::string> with_effect;
  for (std::uint64_t after = 0;;) {
    auto rows = loop.run(store.pending_effects(system_scope, {}, after, 1000)).value();
    for (const auto& row : rows) with_effect.insert(row.entity.str());
    if (rows.empty()) break;
    after = rows.back().sequence;
  }
  std::set<std::string> audited;
  std::optional<AuditRow> last;
  for (;;) {
    auto rows = loop.run(store.audit(acme, last ? last->sequence : 0, 1000)).value();
    if (rows.empty()) break;
    EXPECT_TRUE(verify_chain(acme, rows, last ? &*last : nullptr));
    for (const auto& row : rows) audited.insert(row.event.entity.str());
    last = rows.back();
  }
  std::vector<std::string> lost;
  std::ranges::set_difference(acknowledged, stored, std::back_inserter(lost));
  EXPECT_TRUE(lost.empty()) << lost.size() << " acknowledged and lost, the first is " << lost.front();
  EXPECT_EQ(stored, with_effect);
  EXPECT_EQ(stored, audited);
}

/// A reader of events that goes on behind the last one that it has seen, whoever was killed meanwhile.
struct EventReader {
  std::uint64_t after = 0;
  std::map<std::string, int> seen = {};  ///< by entity

  void read_on(kontor::testing::EventLoop& loop, Store& store) {
    for (;;) {
      auto rows = loop.run(store.events_of(ContextId("acme"), after, 100)).value();
      if (rows.empty()) return;
      for (const auto& row : rows) {
        EXPECT_GT(row.sequence, after);
        after = row.sequence;
        ++seen[row.event.entity.str()];
      }
    }
  }

  void expect_each_once(const std::set<std::string>& acknowledged) const {
    for (const auto& id : acknowledged) EXPECT_TRUE(seen.contains(id)) << id << " happened and was not told";
    for (const auto& [id, times] : seen) EXPECT_EQ(times, 1) << id;
  }
};

/// A child process that writes and tells through a pipe what was acknowledged.
class Child {
 public:
  Child(Place& place, const std::string& prefix) {
    int ends[2];
    invariant(::pipe(ends) == 0, "a pipe can be made");
    process_ = ::fork();
    invariant(process_ >= 0, "a process can be started");
    if (process_ == 0) write(place, prefix, ends[1]);
    ::close(ends[1]);
    output_ = ::fdopen(ends[0], "r");
  }

  /// Reads `count` acknowledgements, kills the process there and then, and reads the rest.
  std::set<std::string> kill_after(std::uint64_t count) {
    std::set<std::string> acknowledged;
    char line[256];
    while (std::fgets(line, sizeof line, output_)) {
      const std::string id(line);
      if (id.ends_with('\n')) acknowledged.insert(id.substr(0, id.size() - 1));
      if (acknowledged.size() == count) ::kill(process_, SIGKILL);
    }
    std::fclose(output_);
    ::waitpid(process_, nullptr, 0);
    return acknowledged;
  }

 private:
  [[noreturn]] static void write(Place& place, const std::string& prefix, int output) {
    kontor::testing::RealLoop loop;
    auto store = loop.run(place.open(loop.clock(), all_kinds()));
    if (!store) ::_exit(1);
    async::Scope scope(loop.executor());
    const auto tell = [output](const std::string& id) {
      const auto line = id + "\n";
      if (::write(output, line.data(), line.size()) < 0) ::_exit(2);
    };
    for (int i = 0; i < 16; ++i) {
      scope.spawn(write_until_it_fails(store->get(), prefix + "-" + std::to_string(i) + "-", tell));
    }
    loop.run(scope.drain());
    ::_exit(3);
  }

  pid_t process_ = -1;
  std::FILE* output_ = nullptr;
};

inline void kill_again_and_again(Place& place, std::uint64_t seed, int kills) {
  std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
  kontor::testing::SeededRandom random(seed);
  std::set<std::string> acknowledged;
  EventReader reader;
  for (int i = 0; i < kills; ++i) {
    const auto count = 1 + random.below(150);
    const auto told = Child(place, std::to_string(i)).kill_after(count);
    EXPECT_GE(told.size(), count) << "the child stopped by itself";
    acknowledged.insert(told.begin(), told.end());
    kontor::testing::RealLoop loop;
    auto store = loop.run(place.open(loop.clock(), all_kinds())).value();
    expect_whole(loop, *store, acknowledged);
    reader.read_on(loop, *store);
    reader.expect_each_once(acknowledged);
    loop.run(store->close());
  }
}

}  // namespace kontor::platform::store::contract
