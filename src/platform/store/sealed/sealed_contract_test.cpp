#include <array>

#include "platform/store/sealed/test_places.hpp"
#include "platform/store/store_contract.hpp"

// What every store promises, promised by one that seals: bodies of effects as a whole, and of entities a
// member that the suite does not ask for.
using namespace kontor;
using namespace kontor::platform::store;
using contract::StoreContract;

namespace {

constexpr std::array<std::string_view, 1> members{"dataAddress.secret"};
constexpr std::array kinds{sealed::SealedKind{"asset", members, sealed::SealedEffects::all},
                           sealed::SealedKind{"note", {}, sealed::SealedEffects::all}};

class SealedPlace : public contract::Place {
 public:
  explicit SealedPlace(std::unique_ptr<contract::Place> below) : below_(std::move(below)) {}

  Task<Result<std::unique_ptr<Store>>> open(platform::async::Clock& clock,
                                            std::span<const Kind* const> all) override {
    auto store = co_await below_->open(clock, all);
    if (!store) co_return fail(std::move(store.error()));
    co_return std::make_unique<sealed::SealedStore>(std::move(*store), *vault_, clock, keys_.random(),
                                                    sealed::Config{kinds});
  }

 private:
  std::unique_ptr<contract::Place> below_;
  sealed::VaultPlace keys_;
  std::unique_ptr<platform::vault::Vault> vault_ = keys_.open();
};

std::vector<contract::Implementation> implementations() {
  std::vector<contract::Implementation> all;
  for (const auto& backend : sealed::backends()) {
    all.push_back({backend.name, [backend] { return std::make_unique<SealedPlace>(backend.make_place()); },
                   backend.missing});
  }
  return all;
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sealed, StoreContract, ::testing::ValuesIn(implementations()),
                         [](const auto& info) { return info.param.name; });
