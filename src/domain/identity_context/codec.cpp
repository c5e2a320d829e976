#include "domain/identity_context/codec.hpp"

namespace kontor::domain::identity_context {
namespace {

constexpr json::EnumNames<State, 6> state_names{{{State::creating, "CREATING"},
                                                 {State::created, "CREATED"},
                                                 {State::activated, "ACTIVATED"},
                                                 {State::deactivated, "DEACTIVATED"},
                                                 {State::deleting, "DELETING"},
                                                 {State::deleted, "DELETED"}}};

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

}  // namespace

Result<void> read(const json::Node& node, IdentityContext& out) {
  json::ObjectReader in(node);
  std::vector<StoredService> services;
  in.required("id", out.id)
      .required("did", out.did)
      .optional("services", services)
      .optional("scopes", out.scopes)
      .optional("properties", out.properties)
      .optional("attempt", out.attempt)
      .optional("due", out.due)
      .optional("lastPass", out.last_pass);
  // In the first form of all a context without a state did not act yet.
  out.state = State::created;
  if (auto state = in.member("state")) {
    if (auto done = json::read_enum(*state, state_names, out.state); !done) return done;
  }
  for (auto& stored : services) out.services.push_back(std::move(stored.service));
  return in.done();
}

json::Value write(const IdentityContext& context) {
  json::Array services;
  for (const auto& service : context.services) services.push_back(write(StoredService{service}));
  json::ObjectWriter out;
  out.field("id", context.id)
      .field("did", context.did)
      .field("state", state_names.name(context.state))
      .field("services", json::Value(services))
      .field("scopes", context.scopes)
      .field("properties", context.properties)
      .field("due", context.due);
  if (!context.attempt.empty()) out.field("attempt", context.attempt);
  if (context.last_pass) out.field("lastPass", context.last_pass);
  return out.done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  Erase erase;
  in.required("did", erase.did).optional("lastPass", erase.last_pass);
  out = std::move(erase);
  return in.done();
}

json::Value write(const Effect& effect) {
  const auto& erase = std::get<Erase>(effect);
  return json::ObjectWriter().field("did", erase.did).field("lastPass", erase.last_pass).done();
}

}  // namespace kontor::domain::identity_context
