#pragma once

#include <memory>
#include <vector>

#include "domain/credential/decide.hpp"
#include "platform/engine/engine.hpp"

namespace kontor::runtime::credential_service {

/// What participants hold, for those who present it: read, opened and decoded once, and again when one of a
/// participant's credentials has changed. Where others write to the store too, at each question.
class HeldCredentials {
 public:
  using All = std::shared_ptr<const std::vector<domain::credential::StoredCredential>>;

  explicit HeldCredentials(platform::engine::Engine& engine);
  ~HeldCredentials();

  Task<Result<All>> of(ContextId context);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace kontor::runtime::credential_service
