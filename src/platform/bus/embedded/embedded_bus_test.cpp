#include "platform/bus/embedded/embedded_bus.hpp"

#include "platform/bus/bus_contract.hpp"
#include "platform/store/sqlite/sqlite_store.hpp"
#include "testing/async/run.hpp"
#include "testing/async/temporary_folder.hpp"

namespace kontor::platform::bus::embedded::test {
namespace {

/// The bus on a real SQLite file, in virtual time.
class EmbeddedHarness final : public contract::Harness {
 public:
  EmbeddedHarness() { begin(); }
  ~EmbeddedHarness() override { end(); }

  Bus& bus() override { return *bus_; }
  async::Clock& clock() override { return loop_.clock(); }
  void run(Task<void> task) override { loop_.run(std::move(task)); }
  void restart() override {
    end();
    begin();
  }
  void run_both(Task<void> first, Task<void> second) override {
    async::Scope both(loop_.executor());
    both.spawn(std::move(first));
    both.spawn(std::move(second));
    loop_.run(both.drain());
    loop_.run(both.close());
  }

 private:
  void begin() {
    kinds_ = kinds();
    store::sqlite::SqliteConfig config{.file = folder_.path() / "bus.db", .own_threads = false};
    auto opened = loop_.run(store::sqlite::open_sqlite(loop_.clock(), std::move(config), kinds_));
    ASSERT_TRUE(opened) << opened.error().message();
    store_ = std::move(*opened);
    scope_ = std::make_unique<async::Scope>(loop_.executor());
    bus_ = make_embedded_bus(*scope_, loop_.clock(), *store_);
  }
  void end() {
    loop_.run(scope_->close());
    bus_.reset();
    scope_.reset();
    loop_.run(store_->close());
    store_.reset();
  }

  kontor::testing::TemporaryFolder folder_;
  kontor::testing::VirtualLoop loop_;
  std::vector<const entity::Kind*> kinds_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<async::Scope> scope_;
  std::unique_ptr<Bus> bus_;
};

contract::Implementation implementation() {
  return {"embedded", [] { return std::make_unique<EmbeddedHarness>(); }};
}

}  // namespace

using contract::BusContract;
INSTANTIATE_TEST_SUITE_P(Embedded, BusContract, ::testing::Values(implementation()));

}  // namespace kontor::platform::bus::embedded::test
