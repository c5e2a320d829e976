#pragma once

#include <map>
#include <string>

#include "installation.hpp"

namespace kontor::journey {

/// A company of the journey.
struct Company {
  std::string context;  ///< participant context id
  std::string did;
  Installation* home = nullptr;
  std::string secret;       ///< of its token service client, whose id is the context's
  std::string token;        ///< its own access token
  std::string application;  ///< id of its application for membership
};

/// Everything that the steps share.
struct World {
  Driver& driver;
  Installation& a;
  Installation& b;
  std::string source_url;  ///< where nginx serves the real files
  std::filesystem::path source_folder;
  std::map<std::string, Company> companies = {};
  std::map<std::string, std::string> agreements = {};  ///< by asset: the consumer's agreement id
  std::string issuer_did = {};

  Company& company(const std::string& name) { return companies.at(name); }
};

inline constexpr const char* issuer_context = "issuer";

// The steps. Each returns what it verified, or throws Failed.
std::string ready(World& world);
std::string governance(World& world);
std::string onboarding(World& world);
std::string publishing(World& world);
std::string discovery(World& world);
std::string agreement(World& world);
std::string transfer(World& world);
std::string refusals(World& world);
std::string independence(World& world);
std::string durability(World& world);

/// The datasets of Acme's catalog as a company sees it: offer by dataset id.
std::map<std::string, json::Value> catalog_of(World& world, const std::string& consumer);
/// Negotiates an offer; the state it came to rest in.
struct Negotiated {
  std::string id;
  std::string state;
  std::string agreement;
  std::string error;
};
std::string open_negotiation(World& world, const std::string& consumer, const std::string& dataset,
                             const json::Value& offer);
Negotiated await_negotiation(World& world, const std::string& consumer, const std::string& id);

/// `{base}/api/mgmt/v5beta/participants/{context}/{path}` of a company.
std::string management(const Company& company, const std::string& path);

}  // namespace kontor::journey
