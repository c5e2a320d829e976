#include "domain/issuance/codec.hpp"

namespace kontor::domain::issuance {
namespace {

/// The last one is of the version before, and read only: who asked again was given another process.
constexpr json::EnumNames<Failure::Kind, 4> failure_names{{
    {Failure::Kind::rejected, "rejected"},
    {Failure::Kind::delivery_failed, "deliveryFailed"},
    {Failure::Kind::not_granted, "notGranted"},
    {Failure::Kind::not_granted, "superseded"},
}};

}  // namespace

Result<void> read(const json::Node& node, PlannedCredential& out) {
  json::ObjectReader in(node);
  in.required("definition", out.definition)
      .required("credentialType", out.type)
      .required("format", out.format)
      .required("id", out.id)
      .optional("replaces", out.replaces);
  return in.done();
}

json::Value write(const PlannedCredential& credential) {
  return json::ObjectWriter()
      .field("definition", credential.definition)
      .field("credentialType", credential.type)
      .field("format", credential.format)
      .field("id", credential.id)
      .field("replaces", credential.replaces)
      .done();
}

static Result<void> read(const json::Node& node, Failure& out) {
  json::ObjectReader in(node);
  in.required("reason", out.reason);
  auto kind = in.member("kind");
  if (!kind) in.refuse("kind", "is required");
  if (auto done = in.done(); !done) return done;
  return json::read_enum(*kind, failure_names, out.kind);
}

static json::Value write(const Failure& failure) {
  return json::ObjectWriter()
      .field("kind", failure_names.name(failure.kind))
      .field("reason", failure.reason)
      .done();
}

static Result<void> read(const json::Node& node, Gathering& out) {
  json::ObjectReader in(node);
  in.required("since", out.since)
      .required("group", out.group)
      .optional("againAt", out.again_at)
      .optional("reason", out.reason);
  return in.done();
}

static json::Value write(const Gathering& gathering) {
  return json::ObjectWriter()
      .field("since", gathering.since)
      .field("group", gathering.group)
      .field("againAt", gathering.again_at)
      .field("reason", gathering.reason)
      .done();
}

Result<void> read(const json::Node& node, IssuanceProcess& out) {
  json::ObjectReader in(node);
  in.required("id", out.request.id)
      .required("holderPid", out.request.holder_pid)
      .required("holderId", out.request.holder)
      .required("holderDid", out.request.holder_did)
      .required("credentials", out.request.credentials)
      .optional("accessToken", out.request.access_token)
      .optional("claims", out.claims)
      .optional("failure", out.failure)
      .optional("gathering", out.gathering)
      .optional("deliveringAgain", out.delivering_again);
  auto state = in.member("state");
  if (!state) in.refuse("state", "is required");
  if (auto done = in.done(); !done) return done;
  return json::read_state_name(*state, state_codes, out.state);
}

json::Value write(const IssuanceProcess& process) {
  return json::ObjectWriter()
      .field("id", process.request.id)
      .field("holderPid", process.request.holder_pid)
      .field("holderId", process.request.holder)
      .field("holderDid", process.request.holder_did)
      .field("credentials", process.request.credentials)
      .field("accessToken", process.request.access_token)
      .field("claims", process.claims)
      .field("state", state_codes.name(process.state))
      .field("failure", process.failure)
      .field("gathering", process.gathering)
      .field("deliveringAgain", process.delivering_again ? std::optional(true) : std::nullopt)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (type == "GatherAttestations") {
    GatherAttestations gather;
    in.required("id", gather.id).required("group", gather.group);
    out = std::move(gather);
  } else if (type == "DeliverCredentials") {
    DeliverCredentials deliver;
    in.required("id", deliver.id);
    out = std::move(deliver);
  } else if (type == "DeliverRejection") {
    DeliverRejection rejection;
    in.required("id", rejection.id)
        .required("holderPid", rejection.holder_pid)
        .required("holderDid", rejection.holder_did)
        .required("reason", rejection.reason)
        .optional("accessToken", rejection.access_token);
    out = std::move(rejection);
  } else if (type == "RevokeCredential") {
    RevokeCredential revoke;
    in.required("id", revoke.id).required("reason", revoke.reason);
    out = std::move(revoke);
  } else {
    in.refuse("type", "is no effect of an issuance process");
  }
  return in.done();
}

static json::Value write(const GatherAttestations& gather) {
  return json::ObjectWriter()
      .field("type", "GatherAttestations")
      .field("id", gather.id)
      .field("group", gather.group)
      .done();
}

static json::Value write(const DeliverCredentials& deliver) {
  return json::ObjectWriter().field("type", "DeliverCredentials").field("id", deliver.id).done();
}

static json::Value write(const DeliverRejection& rejection) {
  return json::ObjectWriter()
      .field("type", "DeliverRejection")
      .field("id", rejection.id)
      .field("holderPid", rejection.holder_pid)
      .field("holderDid", rejection.holder_did)
      .field("reason", rejection.reason)
      .field("accessToken", rejection.access_token)
      .done();
}

static json::Value write(const RevokeCredential& revoke) {
  return json::ObjectWriter()
      .field("type", "RevokeCredential")
      .field("id", revoke.id)
      .field("reason", revoke.reason)
      .done();
}

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write(one); }, effect);
}

}  // namespace kontor::domain::issuance
