#include "domain/issuance/evaluate.hpp"

#include <algorithm>

#include "base/text/beginning.hpp"
#include "base/text/text.hpp"
#include "domain/application/decide.hpp"
#include "domain/issuance/cel_rule.hpp"
#include "domain/issuance/subject_schema.hpp"

namespace kontor::domain::issuance {
namespace {

namespace vc = protocol::vc;

constexpr Duration back_dating = std::chrono::seconds(5);
constexpr std::string_view subject_prefix = "credentialSubject.";

/// The claim at a path with dots; null where there is none.
const json::Value* claim_at(const json::Object& claims, std::string_view path) {
  const json::Object* object = &claims;
  const json::Value* found = nullptr;
  for (auto part : text::split(path, '.')) {
    if (!object) return nullptr;
    found = object->if_contains(part);
    if (!found) return nullptr;
    object = found->if_object();
  }
  return found;
}

std::partial_ordering order(const json::Value& claim, const json::Value& value) {
  if (claim.is_number() && value.is_number()) {
    return claim.is_int64() && value.is_int64()
               ? std::partial_ordering(claim.get_int64() <=> value.get_int64())
               : claim.to_number<double>() <=> value.to_number<double>();
  }
  if (claim.is_string() && value.is_string()) {
    return std::string_view(claim.get_string()) <=> std::string_view(value.get_string());
  }
  return std::partial_ordering::unordered;
}

/// Values of one kind by value; a text and something else by how the other is written, since attested claims
/// are often texts (`"25"` against 25).
bool equal_claim(const json::Value& claim, const json::Value& value) {
  if (json::equal(claim, value)) return true;
  if (claim.is_string() == value.is_string()) return false;
  const auto& written = claim.is_string() ? value : claim;
  const auto& text = claim.is_string() ? claim : value;
  return json::serialize(written) == std::string_view(text.get_string());
}

bool satisfies(const Rule& rule, const json::Object& claims) {
  const auto* claim = claim_at(claims, rule.claim);
  if (!claim) return false;
  switch (rule.op) {
    case RuleOperator::eq:
      return equal_claim(*claim, rule.value);
    case RuleOperator::neq:
      return !equal_claim(*claim, rule.value);
    case RuleOperator::gt:
      return order(*claim, rule.value) > 0;
    case RuleOperator::geq:
      return order(*claim, rule.value) >= 0;
    case RuleOperator::lt:
      return order(*claim, rule.value) < 0;
    case RuleOperator::leq:
      return order(*claim, rule.value) <= 0;
  }
  return false;
}

Result<void> compare(const Rule& rule, const json::Object& claims) {
  if (satisfies(rule, claims)) return {};
  return fail(ErrorCode::forbidden, "claim {} is not {} {}", rule.claim, rule_operator_names.name(rule.op),
              json::serialize(rule.value));
}

Result<void> check_cel(const Rule& rule, const json::Object& claims, Instant now) {
  auto is_so = issuance::satisfies(rule.expression, claims, now);
  if (is_so && *is_so) return {};
  const auto why = is_so ? "does not hold" : is_so.error().message();
  return fail(ErrorCode::forbidden, "the rule {}: {}", text::beginning(rule.expression, 200), why);
}

Result<json::Object> attest_by_application(const AttestationDefinition& attestation,
                                           const CredentialDefinition& definition, const Sources& sources) {
  auto type = definition.credential_type;
  if (const auto* configured = attestation.configuration.if_contains("credentialType")) {
    if (const auto* text = configured->if_string()) type = std::string(*text);
  }
  const application::Application* newest = nullptr;
  for (const auto& candidate : sources.applications) {
    if (!application::authorises(candidate, sources.holder.did, type)) continue;
    if (!newest || candidate.history.back().at > newest->history.back().at) newest = &candidate;
  }
  if (newest) return application::approved_claims(*newest);
  return fail(ErrorCode::forbidden, "{} has no approved application for {}", sources.holder.did, type);
}

/// Adds `from` to `into`, object by object.
void merge(json::Object& into, const json::Object& from) {
  for (const auto& member : from) {
    auto* place = into.if_contains(member.key());
    if (place && place->is_object() && member.value().is_object()) {
      merge(place->get_object(), member.value().get_object());
    } else {
      into.insert_or_assign(member.key(), member.value());
    }
  }
}

/// The value under a path with dots, as an object of objects.
json::Object nested(std::string_view path, const json::Value& value) {
  auto parts = text::split(path, '.');
  json::Value inner = value;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    json::Object outer;
    outer.emplace(*part, std::move(inner));
    inner = std::move(outer);
  }
  return std::move(inner.get_object());
}

/// The subject's id is the holder's DID, whatever is mapped there.
bool leads_to_subject_id(std::string_view output) {
  return output == "credentialSubject.id" || output.starts_with("credentialSubject.id.");
}

Result<void> map_one(const Mapping& mapping, const json::Value& claim, MappedClaims& out) {
  if (mapping.output.starts_with(subject_prefix)) {
    merge(out.subject, nested(std::string_view(mapping.output).substr(subject_prefix.size()), claim));
    return {};
  }
  const auto* text = claim.if_string();
  if (!text)
    return fail(ErrorCode::forbidden, "claim {} must be a text to be a {}", mapping.input, mapping.output);
  (mapping.output == "name" ? out.name : out.description) = std::string(*text);
  return {};
}

/// Who refuses is heard before somebody else is waited for.
Result<json::Object> attest_all(std::span<const RequestedDefinition> requested, const Sources& sources) {
  json::Object claims;
  std::optional<Error> waits;
  for (const auto& one : requested) {
    if (one.attestations.empty()) {
      return fail(ErrorCode::forbidden, "credential definition {} has no attestations", one.definition.id);
    }
    for (const auto& attestation : one.attestations) {
      auto attested = attest(attestation, one.definition, sources);
      if (!attested && attested.error().code == ErrorCode::unavailable) {
        if (!waits) waits = std::move(attested.error());
        continue;
      }
      if (!attested) return attested;
      for (const auto& claim : *attested) claims.insert_or_assign(claim.key(), claim.value());
    }
  }
  if (waits) return fail(std::move(*waits));
  return claims;
}

Result<void> check_all(std::span<const RequestedDefinition> requested, const json::Object& claims,
                       const Did& holder, Instant now) {
  for (const auto& one : requested) {
    if (auto done = check_rules(one.definition, claims, now); !done) return done;
    auto mapped = map_claims(one.definition, claims);
    if (!mapped) return fail(std::move(mapped.error()));
    if (auto done = check_subject(one.definition, mapped->subject, holder); !done) return done;
  }
  return {};
}

}  // namespace

Result<json::Object> attest(const AttestationDefinition& attestation, const CredentialDefinition& definition,
                            const Sources& sources) {
  switch (attestation.type) {
    case AttestationType::holder:
      return sources.holder.properties;
    case AttestationType::application:
      return attest_by_application(attestation, definition, sources);
    case AttestationType::presentation:
    case AttestationType::http:
    case AttestationType::database:
      break;
  }
  const auto answer = sources.answers.find(attestation.id);
  if (answer != sources.answers.end()) return answer->second;
  return fail(ErrorCode::unavailable, "attestation {} was not asked for yet", attestation.id);
}

Result<void> check_rules(const CredentialDefinition& definition, const json::Object& claims, Instant now) {
  for (const auto& rule : definition.rules) {
    auto done = rule.expression.empty() ? compare(rule, claims) : check_cel(rule, claims, now);
    if (!done) return fail(std::move(done.error()), "credential definition {}", definition.id);
  }
  return {};
}

Verdict evaluate(std::span<const RequestedDefinition> requested, const Sources& sources) {
  auto claims = attest_all(requested, sources);
  if (!claims && claims.error().code == ErrorCode::unavailable)
    return UnattestedVerdict{claims.error().message()};
  if (!claims) return RejectedVerdict{claims.error().message()};
  return judge(requested, std::move(*claims), sources.holder.did, sources.now);
}

Verdict judge(std::span<const RequestedDefinition> requested, json::Object claims, const Did& holder,
              Instant now) {
  if (auto done = check_all(requested, claims, holder, now); !done)
    return RejectedVerdict{done.error().message()};
  const bool pending =
      std::ranges::any_of(requested, [](const auto& one) { return one.definition.approval_required; });
  if (pending) return PendingVerdict{std::move(claims)};
  return ApprovedVerdict{std::move(claims)};
}

Result<MappedClaims> map_claims(const CredentialDefinition& definition, const json::Object& claims) {
  MappedClaims mapped;
  for (const auto& mapping : definition.mappings) {
    const auto* claim = claim_at(claims, mapping.input);
    if (!claim && mapping.required) {
      return fail(ErrorCode::forbidden, "credential definition {} requires the claim {}", definition.id,
                  mapping.input);
    }
    if (!claim || leads_to_subject_id(mapping.output)) continue;
    if (auto done = map_one(mapping, *claim, mapped); !done) return fail(std::move(done.error()));
  }
  return mapped;
}

Result<vc::Credential> make_credential(const CredentialDefinition& definition, const json::Object& claims,
                                       const CredentialParts& parts) {
  auto mapped = map_claims(definition, claims);
  if (!mapped) return fail(std::move(mapped.error()));
  if (auto done = check_subject(definition, mapped->subject, parts.holder); !done)
    return fail(std::move(done.error()));
  const bool v2 = definition.format == vc::Format::vc2_0_jose;
  vc::Credential credential{.format = definition.format, .id = parts.id.str(), .issuer = parts.issuer};
  credential.contexts = {std::string(v2 ? vc::context_v2 : vc::context_v1)};
  for (const auto& context : definition.additional_contexts) credential.contexts.push_back(context);
  const bool in_list_2021 = std::ranges::any_of(parts.statuses, [](const vc::StatusEntry& entry) {
    return entry.kind == vc::StatusKind::status_list_2021;
  });
  if (in_list_2021) credential.contexts.emplace_back(vc::context_status_list_2021);
  credential.types = {std::string(vc::type_verifiable_credential), definition.credential_type};
  const auto from = std::chrono::floor<std::chrono::seconds>(parts.now - back_dating);
  credential.valid_from = from;
  if (definition.validity.count() > 0)
    credential.valid_until = from + std::min(definition.validity, validity_max);
  credential.subjects = {{.id = parts.holder, .claims = std::move(mapped->subject)}};
  credential.statuses = parts.statuses;
  if (parts.schema_url) credential.schemas = {{.id = *parts.schema_url, .type = "JsonSchema"}};
  credential.name = std::move(mapped->name);
  credential.description = std::move(mapped->description);
  return credential;
}

protocol::dcp::CredentialObject metadata_entry(const CredentialDefinition& definition,
                                               std::string_view schema_url) {
  json::Object policy;
  policy["id"] = definition.id.str();
  policy["input_descriptors"] = json::Array{};
  return {.id = definition.id,
          .credential_type = definition.credential_type,
          .credential_schema = definition.json_schema_url.value_or(std::string(schema_url)),
          .offer_reason = "reissue",
          .binding_methods = {"did:web"},
          .profile = std::string(vc::profile_names.name(definition.format)),
          .issuance_policy = std::move(policy)};
}

}  // namespace kontor::domain::issuance
