#pragma once

#include <map>
#include <string>
#include <vector>

#include "installation/installation.hpp"

namespace kontor::installation {

/// A company with a participant context on one of the installations.
struct Company {
  std::string context;  ///< participant context id
  std::string did;
  Installation* home = nullptr;
  std::string secret;       ///< of its token service client, whose id is the context's
  std::string token;        ///< its own access token
  std::string application;  ///< id of its application for membership
};

/// Two installations with what lives on them: A has the issuer.
struct World {
  Driver& driver;
  Installation& a;
  Installation& b;
  std::string source_url;  ///< where nginx serves the real files
  std::filesystem::path source_folder;
  std::map<std::string, Company> companies = {};
  std::map<std::string, std::string> agreements = {};  ///< by asset: the consumer's agreement id
  std::string issuer_did = {};
  std::filesystem::path program = {};  ///< kontor

  Company& company(const std::string& name) { return companies.at(name); }
};

inline constexpr const char* issuer_context = "issuer";
inline constexpr const char* management_context =
    R"("@context":["https://w3id.org/edc/connector/management/v2"])";

// Governance and onboarding (onboarding.cpp).

/// Starts both installations and waits for their readiness.
void start(World& world);
/// The issuer with its definitions of `RegisteredCredential`, given to every holder, and
/// `MembershipCredential`, given after approval; a cell and a dataspace profile that asks for the first on
/// both fabrics.
void set_up_governance(World& world);
/// A credential that the issuer gives, and the attestation that it rests on, by names made of its type.
struct Definition {
  std::string type;
  std::string attestation = "holder";
  std::string configuration = "{}";  ///< of the attestation
};
/// Under a token of the governance.
void define_credential(World& world, const std::string& token, const Definition& definition);
/// What an identity is made from: a key on P-256, and the services of a participant or those of an issuer.
std::string identity_manifest(const Installation& home, const std::string& context, const std::string& did,
                              bool issues);
/// One call for the tenant, one for the participant; then the orchestration is watched to its end.
void onboard(World& world, const std::string& name, Installation& home);
/// Tokens are good for some minutes.
void renew_token(Driver& driver, Company& company);
void apply_for_membership(World& world, const std::string& name);
/// `decision` is `approve` or `reject`.
void judge(World& world, const std::string& name, const std::string& decision);
/// Asks the issuer for a credential and waits: `ISSUED`, or the state with its reason.
std::string obtain(World& world, const Company& company, const std::string& type, const std::string& token);
/// `{base}/api/admin/v1beta/participants/issuer/{path}`.
std::string issuer_administration(const World& world, const std::string& path);

// Sharing (sharing.cpp).

struct Publication {
  std::string asset;
  std::string file;             ///< below the source's folder
  std::string constraint = {};  ///< of the policy; empty: open to all
  std::string address = {};     ///< of the data, as JSON; empty: the file, by HTTP
};
/// An asset with its policy and contract definition, owned by a company.
void publish(Driver& driver, const Company& owner, const std::string& source_url,
             const Publication& publication);
void publish(World& world, const std::string& company, const Publication& publication);

/// `{base}/api/mgmt/v5beta/participants/{context}/{path}` of a company.
std::string management(const Company& company, const std::string& path);
/// The datasets of a provider's catalog as a consumer sees it: offer by dataset id.
std::map<std::string, json::Value> catalog_of(Driver& driver, const Company& consumer,
                                              const Company& provider);
/// The same of Acme's.
std::map<std::string, json::Value> catalog_of(World& world, const std::string& consumer);

/// The body that asks a provider for a dataset on the terms of its offer.
std::string negotiation_body(const Company& provider, const std::string& dataset, const json::Value& offer);
/// The same of Acme.
std::string negotiation_body(World& world, const std::string& dataset, const json::Value& offer);
/// The body that asks Acme for the data of an agreement, to be pulled.
std::string transfer_body(World& world, const std::string& agreement);
/// The same, to be pushed into a folder of the consumer's.
std::string push_body(World& world, const std::string& agreement, const std::string& folder);

/// A property of a data address, or Failed.
std::string property_of(const json::Value& address, const std::string& name);
std::string sha256_of(const std::filesystem::path& file);

std::string open_negotiation(World& world, const std::string& consumer, const std::string& dataset,
                             const json::Value& offer);
/// The state that a negotiation came to rest in.
struct Negotiated {
  std::string id;
  std::string state;
  std::string agreement;
  std::string error;
};
Negotiated await_negotiation(World& world, const std::string& consumer, const std::string& id);

}  // namespace kontor::installation
