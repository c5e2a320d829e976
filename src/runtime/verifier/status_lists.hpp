#pragma once

#include <memory>
#include <string>

#include "platform/async/scope.hpp"
#include "platform/did/resolver.hpp"
#include "platform/http/client.hpp"
#include "protocol/vc/status_list.hpp"

namespace kontor::runtime::verifier {

struct StatusListsConfig {
  Duration max_age = std::chrono::seconds(60);         ///< a revocation is seen within this time
  Duration failure_max_age = std::chrono::seconds(2);  ///< a list that cannot be had is not asked for before
  Duration fetch_timeout = std::chrono::seconds(5);
  std::size_t lists_max = 1000;
  std::size_t list_bytes_max = 1024 * 1024;
  std::size_t lists_bytes_max = 64 * 1024 * 1024;  ///< all that are kept, unpacked
};

/// Status lists of other issuers, fetched, proven by their issuer's signature and kept for at most `max_age`,
/// and no longer than they (`validUntil`) and the answer (`Cache-Control`) say; one fetch serves all who
/// wait, also when it fails. A list that cannot be had anew is not served beyond its age: unknown is not
/// good.
class StatusLists {
 public:
  StatusLists(platform::async::Scope& scope, platform::async::Clock& clock, platform::http::Client& client,
              platform::did::Resolver& resolver, StatusListsConfig config);
  ~StatusLists();

  Task<Result<std::shared_ptr<const protocol::vc::StatusList>>> list(std::string url,
                                                                     platform::async::Deadline deadline);
  void forget();
  /// How often a list was seen to say something else than before, of all lists; and after how many of these
  /// changes that of this list came: none, as long as it says what it did when it was seen first.
  std::uint64_t changes() const;
  std::uint64_t changed(const std::string& url) const;
  /// How many signatures of lists were checked.
  std::uint64_t signatures_checked() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::verifier
