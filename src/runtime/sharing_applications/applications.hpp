#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/crypto/secret.hpp"
#include "platform/auth/caller.hpp"
#include "platform/engine/engine.hpp"
#include "protocol/api/token/applications.hpp"
#include "runtime/client_secrets/client_secrets.hpp"
#include "runtime/sharing_applications/documents.hpp"

namespace kontor::runtime::sharing_applications {

/// What a participant does with its applications. Used on the io thread.
class Applications {
 public:
  using Shown = protocol::api::token::SharingApplication;
  using Definition = protocol::api::token::ApplicationDefinition;
  /// Whose application is meant, and who asks.
  struct Request {
    ContextId context;
    ApplicationId id;  ///< empty for a new one
    platform::auth::Caller by;
  };
  /// `hashing_threads` make the hashes of secrets; 0: the io thread does, for simulations.
  Applications(platform::engine::Engine& engine, std::size_t hashing_threads);

  /// The answer holds the secret, when one was made. Errors: not_found (no such participant), invalid_input,
  /// forbidden (a scope that the caller does not have), conflict (too many).
  Task<Result<Shown>> add(Request request, Definition definition);
  /// Errors: not_found, and those of `add`.
  Task<Result<Shown>> change(Request request, Definition definition);
  /// The one before is good for `overlap` more. Errors: not_found, invalid_input.
  Task<Result<void>> set_secret(Request request, crypto::Secret secret, Duration overlap);
  /// Errors: not_found.
  Task<Result<void>> revoke(Request request);
  Task<Result<Shown>> get(Request request);
  Task<Result<std::vector<Shown>>> list(ContextId context);

 private:
  Task<Result<void>> check_room(ContextId context);
  Task<Result<void>> put(Request request, const Application& application, entity::Version expected);

  platform::engine::Engine& engine_;
  client_secrets::ClientSecrets secrets_;
};

/// The application behind a client id. Errors: not_found.
Task<Result<Application>> find(platform::engine::Engine& engine, Place place);

}  // namespace kontor::runtime::sharing_applications
