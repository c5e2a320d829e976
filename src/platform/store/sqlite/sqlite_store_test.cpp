#include "platform/store/sqlite/sqlite_store.hpp"

#include "platform/store/store_contract.hpp"
#include "testing/async/temporary_folder.hpp"

using namespace kontor;
using namespace kontor::platform::store;
using contract::StoreContract;

namespace {

class File : public contract::Place {
 public:
  explicit File(bool own_threads) : own_threads_(own_threads) {}
  Task<Result<std::unique_ptr<Store>>> open(platform::async::Clock& clock,
                                            std::span<const Kind* const> kinds) override {
    return sqlite::open_sqlite(clock, {.file = folder_.path() / "store.db", .own_threads = own_threads_},
                               kinds);
  }

 private:
  kontor::testing::TemporaryFolder folder_;
  bool own_threads_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(
    Sqlite, StoreContract,
    ::testing::Values(contract::Implementation{"threads", [] { return std::make_unique<File>(true); }},
                      contract::Implementation{"io", [] { return std::make_unique<File>(false); }}),
    [](const auto& info) { return info.param.name; });
