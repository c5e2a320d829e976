#pragma once

#include <cstdint>
#include <string_view>

#include "base/json/codec.hpp"

/// A route is a declaration: everything that a caller, a router, a document or a test needs to know of it.
/// Planes bind handlers to descriptors (platform/routing); other planes call them through the same
/// descriptors and types.
namespace kontor::protocol::api {

enum class Method : std::uint8_t { get, post, put, patch, del };

std::string_view method_name(Method method);

/// The address a route is served at; each is a listener of its own.
enum class Listener : std::uint8_t {
  open,            ///< for everybody: DSP, DCP, DID documents, status lists, data
  administration,  ///< for tokens: management, identity, issuer administration, fabric, token service
  signaling,       ///< between control plane and data plane
  metrics,         ///< for the operator's monitoring
};

/// How a caller proves who it is.
enum class Access : std::uint8_t {
  open,    ///< not at all
  token,   ///< a bearer token of the token service or of a configured OIDC issuer; scope, role and ownership
           ///< are checked
  peer,    ///< a self-issued DCP token; the service behind the route verifies it
  client,  ///< credentials of an OAuth2 client in the request itself
  flow,    ///< a data plane's access token
};

/// What a route is about, for the role matrix (platform/auth/role_matrix.hpp).
enum class Concern : std::uint8_t {
  nothing,              ///< no token is asked for
  participant_data,     ///< what a participant owns: assets, policies, negotiations, transfers, credentials,
                        ///< keys
  participant_context,  ///< the context itself: creation, configuration, data planes, deletion
  provisioning,         ///< tenants, profiles, cells, orchestrations
  governance,           ///< the issuer's administration: holders, definitions, credentials, applications
  clients,              ///< accounts and mappings of the token service
  signaling,            ///< data flows
  operations,           ///< what the engine set aside, over all contexts
  installation,         ///< what holds for all participants alike: what operands of policies mean
};

/// The form of an error's body, as the clients of that API expect it.
enum class ErrorBody : std::uint8_t {
  edc,    ///< [{"message","type","path","invalidValue"}]   (management, identity, issuer administration, DCP)
  cfm,    ///< {"error","message","code","id"}              (tenant manager, provision manager)
  oauth,  ///< {"error","error_description"}                (token service; RFC 6749 §5.2)
  dsp_catalog,      ///< CatalogError
  dsp_negotiation,  ///< ContractNegotiationError
  dsp_transfer,     ///< TransferError
  dps,              ///< {"type","title","status","detail"}           (signalling, data)
};

enum class BodyFormat : std::uint8_t {
  none,  ///< no body is read
  json,
  form,  ///< application/x-www-form-urlencoded, decoded as an object of strings
};

/// What a route does otherwise than all others; the generic tests read it.
struct Exemptions {
  bool optional_body = false;   ///< an empty body is legal
  bool any_object = false;      ///< every JSON object is legal
  bool upsert = false;          ///< an unknown id is created instead of refused
  bool absent_is_fine = false;  ///< deleting what is not there succeeds
  /// JSON pointers of the example's members that may hold any value, separated by spaces; with a slash at the
  /// end, of objects whose members may.
  std::string_view free_form = {};
};

struct RouteInfo {
  std::string_view name;  ///< unique, kebab-case, a verb first: `create-asset`
  Listener listener = Listener::administration;
  Method method = Method::get;
  /// Segments in braces are parameters; `{participantContextId}` is the context and is checked against the
  /// caller;
  /// `{path*}` at the end takes the rest.
  std::string_view path;
  Access access = Access::token;
  Concern concern = Concern::nothing;
  std::string_view scope = {};  ///< `management-api:read`; see platform/auth for what implies what
  ErrorBody errors = ErrorBody::edc;
  BodyFormat body = BodyFormat::none;
  std::uint16_t success = 200;
  std::string_view query = {};                    ///< names of query parameters, separated by spaces
  std::string_view answers = "application/json";  ///< media type of the answer's body
  std::string_view summary = {};
  std::string_view example = {};         ///< of the request body, as JSON; replayed by a test
  std::string_view answer_example = {};  ///< of the answer's body, as JSON: exactly as its codec writes it
  Exemptions exempt = {};
};

/// A route with the types of its bodies.
template <class Request, class Response>
struct Route {
  using RequestType = Request;
  using ResponseType = Response;
  RouteInfo info;
};

/// What there is to a route for a document: its declaration, and how its bodies describe themselves.
struct Declaration {
  using Describe = void (*)(json::Shape&, const json::Value* example);

  RouteInfo info;
  Describe request = nullptr;   ///< null: no body that a type describes
  Describe response = nullptr;  ///< the same
};

/// No body: neither read nor written.
struct Nothing {};
Result<void> read(const json::Node& node, Nothing& out);
json::Value write(const Nothing& value);

/// A body that is any JSON, where the API itself leaves it open.
struct AnyJson {
  json::Value value;
};
Result<void> read(const json::Node& node, AnyJson& out);
json::Value write(const AnyJson& value);

template <class T>
constexpr Declaration::Describe describes() {
  if constexpr (std::is_same_v<T, Nothing>) {
    return nullptr;
  } else {
    return &json::describe<T>;
  }
}

template <class Request, class Response>
Declaration declared(const Route<Request, Response>& route) {
  return {route.info, describes<Request>(), describes<Response>()};
}

}  // namespace kontor::protocol::api
