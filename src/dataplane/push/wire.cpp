#include "dataplane/push/wire.hpp"

#include "base/text/encoding.hpp"
#include "base/text/text.hpp"

namespace kontor::dataplane::push {
namespace {

constexpr std::string_view edc_namespace = "https://w3id.org/edc/v0.0.1/ns/";
constexpr std::string_view algorithm = "sha-256=:";

const std::string* member(const dps::DataAddress& address, std::string_view name) {
  if (const auto* value = address.property(name)) return value;
  return address.property(std::string(edc_namespace) + std::string(name));
}

/// One member of a structured field. [RFC 8941 §3.3.5]
Result<std::optional<std::string>> sha256_in(std::string_view field) {
  for (const auto each : text::split(field, ',')) {
    auto value = text::trim(each);
    if (!text::starts_with_ignoring_case(value, algorithm)) continue;
    value.remove_prefix(algorithm.size());
    if (!value.ends_with(':')) return fail(ErrorCode::malformed, "the digest cannot be read");
    value.remove_suffix(1);
    auto octets = text::base64_decode(value);
    if (!octets || octets->size() != 32) return fail(ErrorCode::malformed, "the digest cannot be read");
    return std::optional(text::hex_encode(*octets));
  }
  return std::optional<std::string>{};
}

}  // namespace

Result<Destination> destination_of(const dps::DataAddress& address, bool https_only) {
  auto whole = address;
  if (const auto* base = member(address, "baseUrl"); base && !whole.endpoint) whole.endpoint = *base;
  auto access = dps::read_http_access(whole, {.https_only = https_only, .renewal_required = false});
  if (!access) return fail(std::move(access.error()));
  const auto* paths = address.property(part_paths);
  return Destination{.access = std::move(*access), .part_paths = paths && *paths == "true"};
}

web::Request request_for(const Destination& destination, std::string_view name, std::string_view media_type) {
  web::Request request{.method = destination.part_paths ? "PUT" : "POST",
                       .target = destination.access.endpoint};
  if (destination.part_paths && !name.empty()) request.target += "/" + text::percent_encode(name, "/");
  const auto disposition = "attachment; filename*=UTF-8''" + text::percent_encode(name);
  if (!destination.part_paths && !name.empty()) request.headers.set("Content-Disposition", disposition);
  if (destination.access.access_token)
    request.headers.set("Authorization", "Bearer " + *destination.access.access_token);
  if (!media_type.empty()) request.headers.set("Content-Type", std::string(media_type));
  request.headers.set("Want-Repr-Digest", "sha-256=10");
  return request;
}

std::string digest_field(std::string_view sha256_hex) {
  const auto octets = text::hex_decode(sha256_hex);
  invariant(octets.has_value(), "a digest of ours is hexadecimal");
  return std::string(algorithm) + text::base64_encode(*octets) + ":";
}

Result<std::optional<std::string>> digest_in(const web::Headers& headers) {
  for (const auto* name : {"Repr-Digest", "Content-Digest"}) {
    const auto field = headers.get(name);
    if (!field) continue;
    auto digest = sha256_in(*field);
    if (!digest || *digest) return digest;
  }
  return std::optional<std::string>{};
}

std::string file_name_in(std::string_view content_disposition) {
  constexpr std::string_view extended = "filename*=UTF-8''";
  constexpr std::string_view plain = "filename=";
  std::string name;
  for (const auto each : text::split(content_disposition, ';')) {
    const auto parameter = text::trim(each);
    if (text::starts_with_ignoring_case(parameter, extended)) {
      if (auto decoded = text::percent_decode(parameter.substr(extended.size()))) return *decoded;
    } else if (text::starts_with_ignoring_case(parameter, plain)) {
      auto value = text::trim(parameter.substr(plain.size()));
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
        value = value.substr(1, value.size() - 2);
      name = std::string(value);
    }
  }
  return name;
}

std::string_view bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!text::starts_with_ignoring_case(authorization, scheme)) return {};
  return text::trim(authorization.substr(scheme.size()));
}

}  // namespace kontor::dataplane::push
