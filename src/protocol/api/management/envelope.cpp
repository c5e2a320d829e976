#include "protocol/api/management/envelope.hpp"

#include <algorithm>

#include "base/text/text.hpp"
#include "protocol/api/management/events.hpp"

namespace kontor::protocol::api::management {

json::ObjectReader open_body(const json::Node& node, const std::vector<std::string_view>& types) {
  json::ObjectReader in(node);
  in.holds("@context", context_url).one_of("@type", types);
  return in;
}

json::ObjectWriter body_of(std::string_view type) {
  json::ObjectWriter out;
  out.field("@context", std::vector<std::string>{std::string(context_url)}).field("@type", type);
  return out;
}

void read_profile(json::ObjectReader& in, std::string& profile) {
  in.optional("profile", profile);
  if (profile.empty()) in.optional("protocol", profile);
  if (in.ok() && profile.empty()) in.refuse("profile", "is required: the name of a dataspace profile");
}

Result<void> read(const json::Node& node, IdResponse& out) {
  json::ObjectReader in(node);
  std::int64_t created_at = 0;
  in.required("@id", out.id).optional("createdAt", created_at);
  out.created_at = Instant{std::chrono::milliseconds(created_at)};
  return in.done();
}

json::Value write(const IdResponse& response) {
  return body_of("IdResponse")
      .field("@id", response.id)
      .field("createdAt", epoch_milliseconds(response.created_at))
      .done();
}

namespace {

/// What the client takes apart later is refused here where nobody could ever be called.
bool is_web_address(std::string_view uri) {
  const auto parts = text::split_once(uri, ':');
  if (!parts || !parts->second.starts_with("//")) return false;
  if (!text::equal_ignoring_case(parts->first, "http") && !text::equal_ignoring_case(parts->first, "https"))
    return false;
  const auto rest = parts->second.substr(2);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.empty() || authority.front() == ':' || authority.contains('@')) return false;
  return std::ranges::all_of(uri, [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

bool is_header_name(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  const auto fits = [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || marks.contains(c);
  };
  return !name.empty() && name.size() <= 128 && std::ranges::all_of(name, fits);
}

/// What makes the message what it is.
bool is_ours(std::string_view header) {
  constexpr std::string_view ours[] = {"Connection",        "Content-Length", "Content-Type", "Host",
                                       "Transfer-Encoding", "Traceparent",    "Upgrade"};
  return std::ranges::any_of(ours,
                             [&](std::string_view name) { return text::equal_ignoring_case(name, header); });
}

void check_authorization(json::ObjectReader& in, const CallbackAddress& address) {
  if (address.auth_key.has_value() != address.auth_code_id.has_value()) {
    in.refuse(address.auth_key ? "authCodeId" : "authKey",
              "is required: a header (authKey) and the secret that is its value (authCodeId)");
  } else if (address.auth_key && (!is_header_name(*address.auth_key) || is_ours(*address.auth_key))) {
    in.refuse("authKey", "must be the name of a header that the call does not have already");
  } else if (address.auth_code_id && address.auth_code_id->empty()) {
    in.refuse("authCodeId", "must be the id of a secret");
  }
}

Result<void> check_events(const json::Node& node, const CallbackAddress& address) {
  const auto at = node.pointer() + "/events";
  if (address.events.size() > callback_events_max) return invalid(at, "has at most {}", callback_events_max);
  for (std::size_t i = 0; i < address.events.size(); ++i) {
    if (begins_event(address.events[i])) continue;
    return invalid(fmt::format("{}/{}", at, i), "'{}' is no event and begins none",
                   text::for_log(address.events[i], 64));
  }
  return {};
}

}  // namespace

void read_callbacks(json::ObjectReader& in, std::vector<CallbackAddress>& out) {
  in.one_or_many("callbackAddresses", out);
  if (in.ok() && out.size() > callback_addresses_max)
    in.refuse("callbackAddresses", fmt::format("has at most {}", callback_addresses_max));
}

Result<void> read(const json::Node& node, CallbackAddress& out) {
  json::ObjectReader in(node);
  in.required("uri", out.uri)
      .required("events", out.events)
      .optional("transactional", out.transactional)
      .optional("authKey", out.auth_key)
      .optional("authCodeId", out.auth_code_id);
  if (!in.ok()) return in.done();
  if (out.uri.size() > callback_uri_bytes_max || !is_web_address(out.uri))
    in.refuse("uri", fmt::format("must be an absolute http or https address without user information, of at "
                                 "most {} bytes",
                                 callback_uri_bytes_max));
  check_authorization(in, out);
  if (auto done = in.done(); !done) return done;
  return check_events(node, out);
}

json::Value write(const CallbackAddress& address) {
  return json::ObjectWriter()
      .field("@type", "CallbackAddress")
      .field("uri", address.uri)
      .field("events", address.events)
      .field("transactional", address.transactional)
      .field("authKey", address.auth_key)
      .field("authCodeId", address.auth_code_id)
      .done();
}

}  // namespace kontor::protocol::api::management
