#include "protocol/vc/verify.hpp"

#include <algorithm>

#include "base/text/text.hpp"

namespace kontor::protocol::vc {
namespace {

template <class... Args>
std::unexpected<Rejection> reject(Reason reason, fmt::format_string<Args...> text, Args&&... args) {
  return std::unexpected(Rejection{reason, fmt::format(text, std::forward<Args>(args)...)});
}

/// What a credential is called in a rejection.
std::string label(const Credential& credential) {
  const auto& types = credential.types;
  return fmt::format("{} by {}", types.empty() ? "credential" : types.back(), credential.issuer);
}
std::string label(const SignedCredential& credential) {
  return label(credential.credential);
}

struct Period {
  std::optional<Instant> from;
  std::optional<Instant> until;
};

Verdict check_period(const Period& period, Instant now, Duration leeway, const std::string& what) {
  if (period.from && *period.from > now + leeway) {
    return reject(Reason::not_yet_valid, "{} is valid from {} only", what, format_instant(*period.from));
  }
  if (period.until && *period.until < now - leeway) {
    return reject(Reason::expired, "{} expired at {}", what, format_instant(*period.until));
  }
  return {};
}

Verdict check_signature(const jose::Jws& jws, const KeyReference& reference, const Evidence& evidence,
                        const std::string& what) {
  if (names_foreign_key(reference)) {
    return reject(Reason::foreign_key, "{} is signed with {}, which is no key of {}", what, *reference.kid,
                  reference.did);
  }
  const auto found = evidence.keys.find(reference);
  if (found == evidence.keys.end())
    return reject(Reason::key_not_found, "the key of {} was not resolved", what);
  if (!found->second) {
    return reject(Reason::key_not_found, "the key of {}: {}", what, found->second.error().message());
  }
  if (auto done = evidence.check_signature(jws, *found->second); !done) {
    return reject(Reason::bad_signature, "{}: {}", what, done.error().message());
  }
  return {};
}

Verdict check_subjects(const SignedCredential& credential, const std::optional<Did>& holder) {
  if (!holder) return {};
  if (credential.credential.subjects.empty()) {
    return reject(Reason::wrong_holder, "{} has no subject", label(credential));
  }
  for (const auto& subject : credential.credential.subjects) {
    if (subject.id == *holder) continue;
    return reject(Reason::wrong_holder, "{} is about '{}', not about its holder {}", label(credential),
                  subject.id, *holder);
  }
  return {};
}

Verdict check_issuer(const SignedCredential& credential, std::span<const TrustedIssuer> trusted) {
  const auto& content = credential.credential;
  const auto trusts = [&](const TrustedIssuer& issuer) {
    return issuer.did == content.issuer && std::ranges::any_of(issuer.types, [&](const std::string& type) {
             return type == "*" || has_type(content, type);
           });
  };
  if (std::ranges::any_of(trusted, trusts)) return {};
  return reject(Reason::untrusted_issuer, "{} is not from an issuer that is trusted for its type",
                label(credential));
}

Verdict check_status(const Credential& credential, const StatusEntry& entry, const KnownLists& lists) {
  const auto unknown = [&](std::string why) {
    return reject(Reason::status_unknown, "the status of {}: {}", label(credential), why);
  };
  if (entry.kind == StatusKind::other) return unknown("its entry is of no supported type");
  if (!entry.invalidates()) return {};
  if (entry.size_bits != 1) return unknown("its entry has more than one bit");
  const auto found = lists.find(entry.list_url);
  if (found == lists.end()) return unknown("list " + entry.list_url + " was not fetched");
  if (!found->second) return unknown(found->second.error().message());
  const auto& list = **found->second;
  if (list.issuer != credential.issuer) return unknown("its list is of " + list.issuer.str());
  const bool purpose_fits = std::ranges::any_of(list.purposes, [&](const std::string& purpose) {
    return text::equal_ignoring_case(purpose, entry.purpose);
  });
  if (!purpose_fits) return unknown("its list is not for the purpose '" + entry.purpose + "'");
  const auto is_set = list.bits.test(entry.index);
  if (!is_set) return unknown(is_set.error().message());
  if (!*is_set) return {};
  const bool suspended = text::equal_ignoring_case(entry.purpose, "suspension");
  return reject(suspended ? Reason::suspended : Reason::revoked, "{} is marked in its issuer's list for {}",
                label(credential), entry.purpose);
}

Verdict check_schemas(const SignedCredential& credential, const Evidence& evidence) {
  for (const auto& schema : credential.credential.schemas) {
    if (!evidence.check_schema) {
      return reject(Reason::schema_violated, "{}: schema {} cannot be checked", label(credential), schema.id);
    }
    for (const auto& subject : credential.credential.subjects) {
      auto whole = subject.claims;
      if (!subject.id.empty()) whole["id"] = subject.id.str();
      if (auto done = evidence.check_schema(schema.id, whole); !done) {
        return reject(Reason::schema_violated, "{}: {}", label(credential), done.error().message());
      }
    }
  }
  return {};
}

Verdict check_dates(const SignedCredential& credential, Instant now, Duration leeway) {
  const auto& content = credential.credential;
  if (auto done = check_period({content.valid_from, content.valid_until}, now, leeway, label(credential));
      !done) {
    return done;
  }
  const auto& claims = credential.jwt.claims;
  return check_period({claims.nbf, claims.exp}, now, leeway, "the token of " + label(credential));
}

Verdict check_audience(const SignedPresentation& presentation, const Did& audience) {
  const auto& named = presentation.claims().aud;
  if (named.empty() && presentation.format == Format::vc2_0_jose) return {};
  if (std::ranges::find(named, audience.str()) != named.end()) return {};
  return reject(Reason::wrong_audience, "the presentation of {} is not made for {}", presentation.holder,
                audience);
}

Verdict check_layers(const SignedPresentation& presentation, const PresentationExpectations& expected,
                     const Evidence& evidence) {
  const auto what = "the presentation of " + presentation.holder.str();
  for (const auto& layer : presentation.layers) {
    if (auto done = check_signature(layer.jws, key_of(presentation, layer), evidence, what); !done)
      return done;
    const auto& [now, holder, issuers, leeway] = expected.credentials;
    if (auto done = check_period({layer.claims.nbf, layer.claims.exp}, now, leeway, what); !done) return done;
    if (auto done = check_period({layer.claims.iat, {}}, now, leeway, what); !done) return done;
  }
  return {};
}

}  // namespace

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::key_not_found:
      return "key_not_found";
    case Reason::bad_signature:
      return "bad_signature";
    case Reason::foreign_key:
      return "foreign_key";
    case Reason::wrong_holder:
      return "wrong_holder";
    case Reason::wrong_audience:
      return "wrong_audience";
    case Reason::expired:
      return "expired";
    case Reason::not_yet_valid:
      return "not_yet_valid";
    case Reason::untrusted_issuer:
      return "untrusted_issuer";
    case Reason::missing_type:
      return "missing_type";
    case Reason::no_credentials:
      return "no_credentials";
    case Reason::revoked:
      return "revoked";
    case Reason::suspended:
      return "suspended";
    case Reason::status_unknown:
      return "status_unknown";
    case Reason::schema_violated:
      return "schema_violated";
  }
  return {};
}

Error to_error(const Rejection& rejection) {
  switch (rejection.reason) {
    case Reason::untrusted_issuer:
    case Reason::missing_type:
    case Reason::no_credentials:
    case Reason::revoked:
    case Reason::suspended:
    case Reason::status_unknown:
    case Reason::schema_violated:
      return {ErrorCode::forbidden, rejection.detail, {}, {}};
    case Reason::key_not_found:
    case Reason::bad_signature:
    case Reason::foreign_key:
    case Reason::wrong_holder:
    case Reason::wrong_audience:
    case Reason::expired:
    case Reason::not_yet_valid:
      break;
  }
  return {ErrorCode::unauthenticated, rejection.detail, {}, {}};
}

Verdict verify_credential(const SignedCredential& credential, const CredentialExpectations& expected,
                          const Evidence& evidence) {
  const auto& jws = credential.jwt.jws;
  if (auto done = check_signature(jws, key_of(credential), evidence, label(credential)); !done) return done;
  if (auto done = check_dates(credential, expected.now, expected.leeway); !done) return done;
  if (auto done = check_subjects(credential, expected.holder); !done) return done;
  if (auto done = check_issuer(credential, expected.trusted_issuers); !done) return done;
  if (auto done = check_schemas(credential, evidence); !done) return done;
  for (const auto& entry : credential.credential.statuses) {
    if (auto done = check_status(credential.credential, entry, evidence.status_lists); !done) return done;
  }
  return {};
}

Verdict check_standing(const Credential& credential, Instant now, const KnownLists& lists, Duration leeway) {
  const Period dates{credential.valid_from, credential.valid_until};
  if (auto done = check_period(dates, now, leeway, label(credential)); !done) return done;
  for (const auto& entry : credential.statuses) {
    if (auto done = check_status(credential, entry, lists); !done) return done;
  }
  return {};
}

Instant dates_hold_until(const Credential& credential, Instant now, Duration leeway) {
  auto until = Instant::max();
  if (credential.valid_from && *credential.valid_from - leeway >= now)
    until = *credential.valid_from - leeway;
  if (credential.valid_until && *credential.valid_until + leeway >= now)
    until = std::min(until, *credential.valid_until + leeway);
  return until;
}

Verdict verify_presenter(const SignedPresentation& presentation, const PresentationExpectations& expected,
                         const Evidence& evidence) {
  if (presentation.holder.empty()) return reject(Reason::wrong_holder, "the presentation names no holder");
  const auto& holder = expected.credentials.holder;
  if (holder && *holder != presentation.holder) {
    return reject(Reason::wrong_holder, "the presentation is of {}, not of {}", presentation.holder, *holder);
  }
  if (auto done = check_layers(presentation, expected, evidence); !done) return done;
  return check_audience(presentation, expected.audience);
}

Verdict verify_presentation(const SignedPresentation& presentation, const PresentationExpectations& expected,
                            const Evidence& evidence) {
  if (auto done = verify_presenter(presentation, expected, evidence); !done) return done;
  auto each = expected.credentials;
  each.holder = presentation.holder;
  for (const auto& credential : presentation.credentials) {
    if (auto done = verify_credential(*credential, each, evidence); !done) return done;
  }
  return {};
}

Verdict verify_presentations(std::span<const SignedPresentation> presentations,
                             std::span<const std::string> required_types,
                             const PresentationExpectations& expected, const Evidence& evidence) {
  const bool any =
      std::ranges::any_of(presentations, [](const auto& one) { return !one.credentials.empty(); });
  if (!any) return reject(Reason::no_credentials, "no credential was presented");
  for (const auto& presentation : presentations) {
    if (auto done = verify_presentation(presentation, expected, evidence); !done) return done;
  }
  for (const auto& type : required_types) {
    const bool found = std::ranges::any_of(presentations, [&](const SignedPresentation& presentation) {
      return std::ranges::any_of(presentation.credentials, [&](const auto& credential) {
        return has_type(credential->credential, type);
      });
    });
    if (!found) return reject(Reason::missing_type, "no credential of type {} was presented", type);
  }
  return {};
}

Instant dates_hold_until(const SignedPresentation& presentation, Instant now, Duration leeway) {
  auto until = Instant::max();
  const auto turns = [&](const std::optional<Instant>& date, Duration shift) {
    if (date && *date + shift >= now) until = std::min(until, *date + shift);
  };
  const auto period = [&](const Period& dates) {
    turns(dates.from, -leeway);
    turns(dates.until, leeway);
  };
  for (const auto& layer : presentation.layers) {
    period({layer.claims.nbf, layer.claims.exp});
    period({layer.claims.iat, {}});
  }
  for (const auto& credential : presentation.credentials) {
    period({credential->credential.valid_from, credential->credential.valid_until});
    period({credential->jwt.claims.nbf, credential->jwt.claims.exp});
  }
  return until;
}

Result<StatusList> verify_status_list(const SignedCredential& list, const ResolvedKeys& keys, Instant now) {
  const CredentialExpectations expected{.now = now};
  const auto what = "status list " + list.credential.id;
  const Evidence evidence{.keys = keys, .status_lists = {}, .check_schema = {}};
  if (auto done = check_signature(list.jwt.jws, key_of(list), evidence, what); !done)
    return fail(to_error(done.error()));
  if (auto done = check_dates(list, now, expected.leeway); !done) return fail(to_error(done.error()));
  return read_status_list(list.credential);
}

}  // namespace kontor::protocol::vc
