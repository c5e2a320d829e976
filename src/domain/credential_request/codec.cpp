#include "domain/credential_request/codec.hpp"

#include "base/result/result.hpp"

namespace kontor::domain::credential_request {
namespace {

constexpr json::EnumNames<Failure::Kind, 2> failure_names{{
    {Failure::Kind::send_failed, "sendFailed"},
    {Failure::Kind::rejected, "rejected"},
}};

}  // namespace

Result<void> read(const json::Node& node, RequestedCredential& out) {
  json::ObjectReader in(node);
  in.required("id", out.id).required("credentialType", out.type).required("format", out.format);
  return in.done();
}

json::Value write(const RequestedCredential& credential) {
  return json::ObjectWriter()
      .field("id", credential.id)
      .field("credentialType", credential.type)
      .field("format", credential.format)
      .done();
}

static Result<void> read(const json::Node& node, Failure& out) {
  json::ObjectReader in(node);
  in.required("reason", out.reason);
  if (auto kind = in.member("kind")) {
    if (auto done = json::read_enum(*kind, failure_names, out.kind); !done) return done;
  }
  return in.done();
}

static json::Value write(const Failure& failure) {
  return json::ObjectWriter()
      .field("kind", failure_names.name(failure.kind))
      .field("reason", failure.reason)
      .done();
}

Result<void> read(const json::Node& node, CredentialRequest& out) {
  json::ObjectReader in(node);
  in.required("holderPid", out.holder_pid)
      .required("issuerDid", out.issuer)
      .required("credentials", out.credentials)
      .optional("issuerPid", out.issuer_pid)
      .optional("delivered", out.delivered)
      .optional("failure", out.failure)
      .optional("refused", out.refused)
      .optional("renews", out.renews)
      .optional("statusQueries", out.status_queries)
      .optional("queryStatusAt", out.query_status_at)
      .optional("scopes", out.scopes);
  if (auto state = in.member("state")) {
    if (auto done = json::read_state_name(*state, state_codes, out.state); !done) return done;
  }
  return in.done();
}

json::Value write(const CredentialRequest& request) {
  return json::ObjectWriter()
      .field("holderPid", request.holder_pid)
      .field("issuerDid", request.issuer)
      .field("credentials", request.credentials)
      .field("state", state_codes.name(request.state))
      .field("issuerPid", request.issuer_pid)
      .non_empty("delivered", request.delivered)
      .field("failure", request.failure)
      .non_empty("refused", request.refused)
      .field("renews", request.renews)
      .field("statusQueries", request.status_queries)
      .field("queryStatusAt", request.query_status_at)
      .non_empty("scopes", request.scopes)
      .done();
}

Result<void> read(const json::Node& node, Effect& out) {
  json::ObjectReader in(node);
  std::string type;
  in.required("type", type);
  if (type == "SendCredentialRequest") {
    SendCredentialRequest send;
    in.required("holderPid", send.holder_pid)
        .required("issuerDid", send.issuer)
        .required("credentials", send.credentials)
        .optional("scopes", send.scopes);
    out = std::move(send);
  } else if (type == "QueryRequestStatus") {
    QueryRequestStatus query;
    in.required("issuerDid", query.issuer).required("issuerPid", query.issuer_pid);
    out = std::move(query);
  } else if (type == "EndRenewal") {
    EndRenewal end;
    in.required("credential", end.credential).required("delivered", end.delivered);
    out = std::move(end);
  } else {
    in.refuse("type", "is no effect of a credential request");
  }
  return in.done();
}

static json::Value write(const SendCredentialRequest& send) {
  return json::ObjectWriter()
      .field("type", "SendCredentialRequest")
      .field("holderPid", send.holder_pid)
      .field("issuerDid", send.issuer)
      .field("credentials", send.credentials)
      .non_empty("scopes", send.scopes)
      .done();
}

static json::Value write(const QueryRequestStatus& query) {
  return json::ObjectWriter()
      .field("type", "QueryRequestStatus")
      .field("issuerDid", query.issuer)
      .field("issuerPid", query.issuer_pid)
      .done();
}

static json::Value write(const EndRenewal& end) {
  return json::ObjectWriter()
      .field("type", "EndRenewal")
      .field("credential", end.credential)
      .field("delivered", end.delivered)
      .done();
}

json::Value write(const Effect& effect) {
  return std::visit([](const auto& one) { return write(one); }, effect);
}

}  // namespace kontor::domain::credential_request
