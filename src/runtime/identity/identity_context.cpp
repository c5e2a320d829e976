#include "runtime/identity/identity_context.hpp"

namespace kontor::runtime::identity {
namespace {

constexpr json::EnumNames<ContextState, 3> state_names{{{ContextState::created, "CREATED"},
                                                        {ContextState::activated, "ACTIVATED"},
                                                        {ContextState::deactivated, "DEACTIVATED"}}};

struct StoredService {
  protocol::did::Service service;
};

Result<void> read(const json::Node& node, StoredService& out) {
  json::ObjectReader in(node);
  in.required("id", out.service.id)
      .required("type", out.service.type)
      .required("serviceEndpoint", out.service.endpoint);
  return in.done();
}

json::Value write(const StoredService& stored) {
  return json::ObjectWriter()
      .field("id", stored.service.id)
      .field("type", stored.service.type)
      .field("serviceEndpoint", stored.service.endpoint)
      .done();
}

Result<void> read(const json::Node& node, IdentityContext& out) {
  json::ObjectReader in(node);
  std::vector<StoredService> services;
  in.required("id", out.id)
      .required("did", out.did)
      .optional("services", services)
      .optional("scopes", out.scopes)
      .optional("properties", out.properties);
  if (auto state = in.member("state")) {
    if (auto done = json::read_enum(*state, state_names, out.state); !done) return done;
  }
  for (auto& stored : services) out.services.push_back(std::move(stored.service));
  return in.done();
}

json::Value write(const IdentityContext& context) {
  json::Array services;
  for (const auto& service : context.services) services.push_back(write(StoredService{service}));
  return json::ObjectWriter()
      .field("id", context.id)
      .field("did", context.did)
      .field("state", state_names.name(context.state))
      .field("services", json::Value(services))
      .field("scopes", context.scopes)
      .field("properties", context.properties)
      .done();
}

Result<void> read(const json::Node& node, DidClaim& out) {
  json::ObjectReader in(node);
  in.required("context", out.context);
  return in.done();
}

json::Value write(const DidClaim& claim) {
  return json::ObjectWriter().field("context", claim.context).done();
}

}  // namespace

std::int32_t code_of(ContextState state) {
  switch (state) {
    case ContextState::created:
      return 100;
    case ContextState::activated:
      return 200;
    case ContextState::deactivated:
      return 300;
  }
  return 0;
}

const entity::Kind& IdentityContextDocument::kind() {
  static constexpr entity::Field fields[] = {
      {"did", "did"}, {"state", "state"}, {"participantContextId", "id"}};
  static constexpr entity::Kind kind{.name = "identity-context", .fields = fields, .audited = true};
  return kind;
}

std::string IdentityContextDocument::encode(const Entity& context) {
  return json::serialize(write(context));
}

Result<IdentityContext> IdentityContextDocument::decode(std::string_view stored, std::uint32_t) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  IdentityContext context;
  if (auto done = read(json::Node(*value), context); !done) return fail(std::move(done.error()));
  return context;
}

const entity::Kind& DidClaimDocument::kind() {
  static constexpr entity::Field fields[] = {{"context", "context"}};
  static constexpr entity::Kind kind{.name = "did-claim", .fields = fields};
  return kind;
}

std::string DidClaimDocument::encode(const Entity& claim) {
  return json::serialize(write(claim));
}

Result<DidClaim> DidClaimDocument::decode(std::string_view stored, std::uint32_t) {
  auto value = json::parse(stored);
  if (!value) return fail(std::move(value.error()));
  DidClaim claim;
  if (auto done = read(json::Node(*value), claim); !done) return fail(std::move(done.error()));
  return claim;
}

}  // namespace kontor::runtime::identity
