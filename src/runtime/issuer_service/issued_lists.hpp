#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/lru/lru.hpp"
#include "domain/issuance/issued_credential/types.hpp"
#include "domain/issuance/status_list/decide.hpp"
#include "domain/issuance/status_list/places.hpp"
#include "domain/issuance/status_list/publication.hpp"
#include "platform/async/signal.hpp"
#include "platform/engine/engine.hpp"
#include "runtime/identity/signing.hpp"

namespace kontor::runtime::issuer_service {

namespace issuance = domain::issuance;
namespace issued_credential = domain::issuance::issued_credential;
namespace status_list = domain::issuance::status_list;

struct IssuedListsConfig {
  std::chrono::milliseconds interval{1000};  ///< the shortest time between two signatures of a list
  /// How long readers are told to keep a list: a revocation is seen within both times together.
  std::chrono::seconds max_age{10};
  /// Credentials of data model 1.1 get places in lists of StatusList2021.
  bool status_list_2021 = false;
  /// Places that are written down as given out at once. Those that a process has left when it ends stay
  /// empty.
  std::size_t places_reserved = 64;
};

/// Where a credential stands in a list: as it says itself, and as its issuer's record does.
struct StatusPlace {
  protocol::vc::StatusEntry entry;
  issued_credential::StatusSlot slot;
};

/// The status lists of our issuers. A list that has no places left stays published, and another one is
/// opened. Used on the io thread only.
class IssuedLists {
 public:
  struct Services {
    platform::engine::Engine& engine;
    boost::asio::any_io_executor executor;
    identity::Signing& signing;
  };
  IssuedLists(Services services, std::string public_url, IssuedListsConfig config);

  /// A random place that nobody else gets, of a list for the purpose and the credential's data model.
  Task<Result<StatusPlace>> place(ContextId context, std::string purpose, protocol::vc::Format format);
  /// Returns when it is durable. Marks that come while others are written are written together.
  Task<Result<void>> mark(ContextId context, issuance::StatusListId id, status_list::Change change);
  /// The list as it was signed last; waits for the first signature. Errors: not_found, unavailable.
  Task<Result<status_list::Publication>> published(ContextId context, issuance::StatusListId id,
                                                   platform::async::Deadline deadline);
  std::chrono::seconds max_age() const { return config_.max_age; }
  /// How many were signed and published, each of its list as it was then.
  std::uint64_t published_count() const { return published_count_; }
  /// Carries out the effect of a list.
  Task<Result<platform::engine::Outcome<status_list::Machine>>> sign(
      platform::engine::Committed<status_list::Effect> effect);

 private:
  struct Wanted {
    ContextId context;
    std::string purpose;
    protocol::vc::StatusKind kind;
    auto operator<=>(const Wanted&) const = default;
  };
  /// Places that are given out already, to nobody yet.
  struct Reserve {
    explicit Reserve(boost::asio::any_io_executor executor) : turn(std::move(executor)) {}
    platform::async::Mutex turn;
    issuance::StatusListId list;
    std::vector<std::uint64_t> free;
  };
  /// Marks that are written together.
  struct Batch {
    std::vector<status_list::Change> changes;
    std::optional<Result<void>> outcome;
  };
  struct Lane {
    explicit Lane(boost::asio::any_io_executor executor) : turn(std::move(executor)) {}
    platform::async::Mutex turn;
    std::shared_ptr<Batch> gathering;
  };
  using ListKey = std::pair<ContextId, issuance::StatusListId>;

  std::shared_ptr<Reserve> reserve_of(const Wanted& wanted);
  Task<Result<void>> refill(Wanted wanted, std::shared_ptr<Reserve> reserve);
  Task<Result<platform::engine::Loaded<status_list::Places>>> open_places(Wanted wanted);
  Task<Result<platform::engine::Loaded<status_list::Places>>> open_list(Wanted wanted);
  Task<Result<void>> write_marks(ContextId context, issuance::StatusListId id,
                                 std::vector<status_list::Change> changes);
  Task<Result<void>> publish(platform::engine::EffectCall call, status_list::Publication publication);

  Services services_;
  std::string public_url_;
  IssuedListsConfig config_;
  Lru<Wanted, std::shared_ptr<Reserve>> reserves_{1024};
  std::map<ListKey, std::shared_ptr<Lane>> lanes_;
  std::uint64_t published_count_ = 0;
};

}  // namespace kontor::runtime::issuer_service
