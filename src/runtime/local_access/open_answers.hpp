#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <utility>

#include "platform/async/interruption.hpp"
#include "platform/async/scope.hpp"
#include "platform/engine/engine.hpp"
#include "platform/http/message.hpp"

namespace kontor::runtime::local_access {

/// An answer that is under way: it is over when its transfer does not run any more, whatever it waits for.
struct OpenAnswer {
  platform::async::Interruption over = {};
};

/// The answers that are under way. A change of a transfer is seen with its commit. Used on the io thread.
class OpenAnswers : public std::enable_shared_from_this<OpenAnswers> {
 public:
  struct Services {
    platform::async::Scope& scope;
    platform::engine::Engine& engine;
  };
  static std::shared_ptr<OpenAnswers> make(Services services, std::size_t answers_max);

  /// For as long as somebody holds it; from before the transfer is looked at, so that nothing is missed.
  /// Errors: too_many_requests.
  Result<std::shared_ptr<OpenAnswer>> begin(ContextId context, EntityId transfer);

 private:
  using Key = std::pair<ContextId, EntityId>;
  OpenAnswers(Services services, std::size_t answers_max);

  /// Ends the answers of a transfer that does not run.
  static Task<void> review(std::shared_ptr<OpenAnswers> self, Key key);
  void review_all();

  Services services_;
  std::size_t answers_max_;
  std::multimap<Key, std::weak_ptr<OpenAnswer>> open_;
};

/// The body for as long as its transfer runs: a wait for its next piece, or for its reader, ends with that.
/// Errors also: illegal_transition.
std::shared_ptr<platform::http::BodyStream> until_over(std::shared_ptr<platform::http::BodyStream> body,
                                                       std::shared_ptr<OpenAnswer> answer);
std::unexpected<Error> is_over();

}  // namespace kontor::runtime::local_access
