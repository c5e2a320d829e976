#include "platform/routing/error_body.hpp"

#include "base/json/codec.hpp"

namespace kontor::platform::routing {
namespace {

using protocol::api::ErrorBody;

/// A defect of ours is not explained to strangers; the incident id leads to the log.
std::string text_of(const Error& error, const std::string& incident) {
  if (error.code == ErrorCode::internal) return "unexpected error, incident " + incident;
  return error.message();
}

/// Of a token request: the client may not have what it asks for, whatever scope it names.
bool is_not_authorized(const Error& error) {
  return error.pointer == "/resource" || error.pointer == "/scope" || error.pointer == "/audience";
}

unsigned status_of(ErrorBody form, const Error& error) {
  // DSP 2025-1: a message that is illegal in the current state is a bad request.
  if (is_of_dsp(form) &&
      (error.code == ErrorCode::illegal_transition || error.code == ErrorCode::policy_denied))
    return 400;
  // RFC 6749 §5.2, and what clients of token exchange know for a client that is known and not allowed.
  if (form == ErrorBody::oauth && error.code == ErrorCode::forbidden && !is_not_authorized(error)) return 400;
  return error.row().http_status;
}

std::string_view edc_type(ErrorCode code) {
  if (code == ErrorCode::malformed) return "InvalidRequest";
  switch (row_of(code).http_status) {
    case 401:
      return "AuthenticationFailed";
    case 403:
      return "NotAuthorized";
    case 404:
      return "ObjectNotFound";
    case 409:
      return "ObjectConflict";
    case 501:
      return "NotImplemented";
    case 502:
      return "BadGateway";
    default:
      return row_of(code).http_status < 500 ? "ValidationFailure" : "InternalServerError";
  }
}

/// What is forbidden to a client that has proven itself is a scope, or the grant.
std::string_view oauth_code(const Error& error) {
  const auto code = error.code;
  if (code == ErrorCode::unauthenticated || code == ErrorCode::replayed) return "invalid_client";
  if (code == ErrorCode::forbidden) {
    if (error.pointer == "/grant_type") return "unsupported_grant_type";
    if (error.pointer == "/subject_token" || error.pointer == "/refresh_token") return "invalid_grant";
    return is_not_authorized(error) ? "unauthorized_client" : "invalid_scope";
  }
  return row_of(code).http_status < 500 ? "invalid_request" : "server_error";
}

json::Value dsp_error(std::string_view type, const Error& error, unsigned status, const std::string& incident,
                      const ProcessIds& process_ids) {
  json::ObjectWriter out;
  out.field("@context", std::vector<std::string>{"https://w3id.org/dspace/2025/1/context.jsonld"});
  out.field("@type", type);
  if (type != "CatalogError") {
    out.field("providerPid", process_ids.provider).field("consumerPid", process_ids.consumer);
  }
  out.field("code", std::to_string(status));
  std::vector<std::string> reason{text_of(error, incident)};
  if (status == 403 || status >= 500) reason.push_back("incident " + incident);
  return out.field("reason", reason).done();
}

std::string text_in(const json::Value& message, std::string_view key) {
  const auto* member = json::find(message, key);
  const auto* text = member ? member->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

}  // namespace

bool is_of_dsp(ErrorBody form) {
  return form == ErrorBody::dsp_catalog || form == ErrorBody::dsp_negotiation ||
         form == ErrorBody::dsp_transfer;
}

ProcessIds process_ids_in(ErrorBody form, const json::Value& message) {
  if (form != ErrorBody::dsp_negotiation && form != ErrorBody::dsp_transfer) return {};
  return {text_in(message, "providerPid"), text_in(message, "consumerPid")};
}

ErrorAnswer write_error(ErrorBody form, const Error& error, const std::string& incident,
                        const ProcessIds& process_ids) {
  const auto status = status_of(form, error);
  const auto text = text_of(error, incident);
  json::ObjectWriter out;
  switch (form) {
    case ErrorBody::edc: {
      out.field("message", text).field("type", edc_type(error.code));
      if (!error.pointer.empty()) out.field("path", error.pointer);
      if (status >= 500) out.field("incident", incident);
      json::Array list;
      list.push_back(out.done());
      return {status, std::move(list)};
    }
    case ErrorBody::cfm:
      out.field("error", error.row().title).field("message", text).field("code", std::uint32_t{status});
      if (status >= 500) out.field("id", incident);
      return {status, out.done()};
    case ErrorBody::oauth:
      return {status, out.field("error", oauth_code(error)).field("error_description", text).done()};
    case ErrorBody::dsp_catalog:
      return {status, dsp_error("CatalogError", error, status, incident, process_ids)};
    case ErrorBody::dsp_negotiation:
      return {status, dsp_error("ContractNegotiationError", error, status, incident, process_ids)};
    case ErrorBody::dsp_transfer:
      return {status, dsp_error("TransferError", error, status, incident, process_ids)};
    case ErrorBody::dps:
      out.field("type", "about:blank").field("title", error.row().title);
      out.field("status", std::uint32_t{status}).field("detail", text);
      return {status, out.done()};
  }
  return {500, nullptr};
}

}  // namespace kontor::platform::routing
