#pragma once

#include <string>
#include <vector>

#include "base/entity/decision.hpp"
#include "platform/auth/caller.hpp"
#include "platform/engine/engine.hpp"
#include "protocol/api/token/mappings.hpp"

namespace kontor::runtime::token_service {

using protocol::api::token::ResourceMapping;
using protocol::api::token::ScopeMapping;

/// Stored in the installation's context, under the digest of client and participant context.
struct ResourceMappingDocument {
  using Entity = ResourceMapping;
  static const entity::Kind& kind();
  static std::string encode(const Entity& mapping);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};
/// Stored in the installation's context, under the scope's name.
struct ScopeMappingDocument {
  using Entity = ScopeMapping;
  static const entity::Kind& kind();
  static std::string encode(const Entity& mapping);
  static Result<Entity> decode(std::string_view stored, std::uint32_t codec_version);
};

/// Which outside clients may act for which participant contexts, and what scopes mean. Used on the io thread.
class Mappings {
 public:
  /// What a mapping is known by.
  struct Key {
    std::string client;
    std::string context;
  };
  /// `issuers`: whose subject tokens are trusted.
  Mappings(platform::engine::Engine& engine, std::vector<std::string> issuers);

  /// Errors: conflict when it exists; invalid_input; forbidden for what the caller may not give.
  Task<Result<void>> create(ResourceMapping mapping, platform::auth::Caller by);
  /// Errors: not_found, and those of `create`.
  Task<Result<void>> replace(ResourceMapping mapping, platform::auth::Caller by);
  /// Errors: not_found.
  Task<Result<void>> remove(Key key, platform::auth::Caller by);
  /// Errors: not_found when the client has none.
  Task<Result<void>> remove_all_of(std::string client, platform::auth::Caller by);
  Task<Result<std::vector<ResourceMapping>>> list();
  /// Errors: not_found.
  Task<Result<ResourceMapping>> find(Key key);

  /// All of them or none. Errors: invalid_input.
  Task<Result<void>> put_scopes(std::vector<ScopeMapping> scopes, platform::auth::Caller by);
  /// Errors: not_found.
  Task<Result<void>> replace_scope(ScopeMapping scope, platform::auth::Caller by);
  Task<Result<void>> remove_scope(std::string scope, platform::auth::Caller by);
  Task<Result<std::vector<ScopeMapping>>> list_scopes();
  /// Errors: not_found.
  Task<Result<ScopeMapping>> find_scope(std::string scope);
  /// What is said of these scopes; one of which nothing is said adds nothing.
  Task<Result<std::vector<ScopeMapping>>> meaning_of(std::vector<std::string> scopes);

 private:
  Task<Result<ResourceMapping>> admitted(ResourceMapping mapping, platform::auth::Caller by);

  platform::engine::Engine& engine_;
  std::vector<std::string> issuers_;
};

}  // namespace kontor::runtime::token_service
