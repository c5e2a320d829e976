#include "domain/issuance/attestation_sources.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <span>

#include "base/text/text.hpp"

namespace kontor::domain::issuance {
namespace {

constexpr std::size_t entries_max = 100;
constexpr std::size_t text_bytes_max = 2048;
constexpr std::string_view place = "/configuration";

constexpr json::EnumNames<HttpSource::Method, 2> method_names{
    {{HttpSource::Method::get, "GET"}, {HttpSource::Method::post, "POST"}}};

/// Empty, or segments after slashes in which `~` stands before 0 and 1 alone.
bool is_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') return false;
  for (auto at = text.find('~'); at != std::string_view::npos; at = text.find('~', at + 1)) {
    if (at + 1 == text.size() || (text[at + 1] != '0' && text[at + 1] != '1')) return false;
  }
  return true;
}

Result<void> check_members(const json::ObjectReader& in, AttestationType type,
                           std::span<const std::string_view> known) {
  if (!in.object()) return {};
  for (const auto& member : *in.object()) {
    const auto key = std::string_view(member.key());
    if (std::ranges::find(known, key) != known.end()) continue;
    return invalid(std::string(place) + "/" + json::pointer_segment(key),
                   "is no configuration of the attestation type '{}'", attestation_type_names.name(type));
  }
  return {};
}

void check_text(json::ObjectReader& in, std::string_view member, const std::string& text) {
  if (in.ok() && (text.empty() || text.size() > text_bytes_max))
    in.refuse(member, fmt::format("must have between 1 and {} bytes", text_bytes_max));
}

template <class Values>
void check_size(json::ObjectReader& in, std::string_view member, const Values& values) {
  if (in.ok() && values.size() > entries_max)
    in.refuse(member, fmt::format("has more than {} entries", entries_max));
}

Result<void> done_with(json::ObjectReader& in, const ClaimPointers& claims) {
  check_size(in, "claims", claims);
  if (auto done = in.done(); !done) return done;
  for (const auto& [claim, pointer] : claims) {
    if (!claim.empty() && is_pointer(pointer)) continue;
    return invalid(fmt::format("{}/claims/{}", place, json::pointer_segment(claim)),
                   "must be a JSON pointer, under the name of a claim");
  }
  return {};
}

Result<void> read(json::ObjectReader& in, PresentationSource& out) {
  in.required("credentialType", out.credential_type)
      .required("trustedIssuers", out.trusted_issuers)
      .optional("claims", out.claims);
  check_text(in, "credentialType", out.credential_type);
  const bool is_one_type = out.credential_type.find_first_of(":#* \t\n") == std::string::npos;
  if (in.ok() && !is_one_type) in.refuse("credentialType", "must not have a blank, ':', '#' or '*'");
  if (in.ok() && out.trusted_issuers.empty())
    in.refuse("trustedIssuers", "must name at least one DID whose credentials are believed");
  check_size(in, "trustedIssuers", out.trusted_issuers);
  return done_with(in, out.claims);
}

/// A token of RFC 9110.
bool is_field_name(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::ranges::all_of(text, [](unsigned char each) {
    return std::isalnum(each) != 0 || std::string_view("!#$%&'*+-.^_`|~").contains(static_cast<char>(each));
  });
}

/// What makes the message what it is.
bool is_of_the_message(std::string_view field) {
  static constexpr std::array<std::string_view, 6> names{"connection", "content-length",    "content-type",
                                                         "host",       "transfer-encoding", "upgrade"};
  return std::ranges::find(names, text::to_lower(field)) != names.end();
}

Result<void> read(json::ObjectReader& in, HttpSource& out) {
  in.required("url", out.url)
      .optional("authKey", out.auth_key)
      .optional("secretName", out.secret_name)
      .optional("claims", out.claims);
  check_text(in, "url", out.url);
  if (in.ok() && (!is_field_name(out.auth_key) || is_of_the_message(out.auth_key)))
    in.refuse("authKey", "must be the name of a header field that the request does not have already");
  if (out.secret_name) check_text(in, "secretName", *out.secret_name);
  const auto method = in.member("method");
  if (auto done = done_with(in, out.claims); !done || !method) return done;
  return json::read_enum(*method, method_names, out.method);
}

Result<void> read(json::ObjectReader& in, DatabaseSource& out) {
  in.required("dataSourceName", out.data_source)
      .required("tableName", out.table)
      .optional("idColumn", out.id_column)
      .optional("columns", out.columns);
  check_text(in, "dataSourceName", out.data_source);
  check_text(in, "tableName", out.table);
  check_text(in, "idColumn", out.id_column);
  check_size(in, "columns", out.columns);
  return in.done();
}

template <class Source>
Result<AttestationSource> read_source(const AttestationDefinition& attestation,
                                      std::span<const std::string_view> known) {
  const json::Value configuration(attestation.configuration);
  json::ObjectReader in(json::Node(configuration, std::string(place)));
  if (auto done = check_members(in, attestation.type, known); !done) return fail(std::move(done.error()));
  bool required = true;
  in.optional("required", required);
  Source source;
  if (auto done = read(in, source); !done) return fail(std::move(done.error()));
  return source;
}

}  // namespace

bool asks_others(AttestationType type) {
  switch (type) {
    case AttestationType::holder:
    case AttestationType::application:
      return false;
    case AttestationType::presentation:
    case AttestationType::http:
    case AttestationType::database:
      return true;
  }
  return false;
}

Result<AttestationSource> source_of(const AttestationDefinition& attestation) {
  static constexpr std::array<std::string_view, 4> of_presentations{"credentialType", "trustedIssuers",
                                                                    "claims", "required"};
  static constexpr std::array<std::string_view, 6> of_http{"url",        "method", "authKey",
                                                           "secretName", "claims", "required"};
  static constexpr std::array<std::string_view, 5> of_databases{"dataSourceName", "tableName", "idColumn",
                                                                "columns", "required"};
  switch (attestation.type) {
    case AttestationType::holder:
    case AttestationType::application:
      break;
    case AttestationType::presentation:
      return read_source<PresentationSource>(attestation, of_presentations);
    case AttestationType::http:
      return read_source<HttpSource>(attestation, of_http);
    case AttestationType::database:
      return read_source<DatabaseSource>(attestation, of_databases);
  }
  return fail(ErrorCode::internal, "attestation {} asks nobody", attestation.id);
}

bool is_required(const AttestationDefinition& attestation) {
  const auto* member = attestation.configuration.if_contains("required");
  const auto* said = member ? member->if_bool() : nullptr;
  return !said || *said;
}

Result<json::Object> claims_of(const json::Value& answer, const ClaimPointers& pointers) {
  json::Object claims;
  if (pointers.empty()) {
    if (const auto* all = answer.if_object()) return *all;
    return fail(ErrorCode::forbidden, "the answer is no object, and no 'claims' say what it claims");
  }
  for (const auto& [claim, pointer] : pointers) {
    boost::system::error_code nothing;
    const auto* found = answer.find_pointer(pointer, nothing);
    if (!found)
      return fail(ErrorCode::forbidden, "the answer has nothing at {} for the claim {}", pointer, claim);
    claims.insert_or_assign(claim, *found);
  }
  return claims;
}

}  // namespace kontor::domain::issuance
