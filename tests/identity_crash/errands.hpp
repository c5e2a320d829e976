#pragma once

#include <map>
#include <vector>

#include "once.hpp"
#include "platform/async/scope.hpp"
#include "stranger.hpp"

namespace kontor::identity_crash {

/// A key whose rotation was acknowledged.
struct Rotation {
  const installation::Installation* home;
  std::string context;
  std::string key;
};

/// What was acknowledged to somebody, and so has to be there whatever happened afterwards.
struct Acknowledged {
  std::map<std::string, std::string> requests = {};  ///< for credentials: holder's id of it → company
  std::vector<Rotation> rotations = {};
};

/// What is asked of credential services and token services all the time: credentials of an issuer,
/// presentations for a verifier, access tokens, other keys.
class Errands {
 public:
  Errands(installation::World& world, crash::Availability& availability, crash::Administrator& administrator,
          Once& once, Random& random, Acknowledged& acknowledged);

  /// What verifiers are granted of the companies is their word: each has an account at its token service;
  /// and a stranger is a client of both. Failed when that cannot be had.
  void open_accounts();
  void start(std::size_t workers);
  /// What was begun is led to its end; then nothing runs any more.
  Task<void> finish();
  /// Breaks off what was begun.
  Task<void> stop() { return scope_.close(); }

  /// One presentation of the company's credential, from its token to the answer, to a verifier that asks for
  /// no other: whose messages come to nothing too often is put off. False: nobody answered.
  Task<bool> present(std::string company);

 private:
  Task<void> keep_requesting(std::string company, std::size_t worker);
  Task<void> request(std::string company, std::string pid);
  Task<void> keep_presenting(std::string company);
  Task<void> keep_proving(installation::Installation* home);
  Task<void> prove(installation::Installation* home);
  Task<void> keep_rotating(const installation::Installation* home, std::string context);
  Task<std::string> access_token(std::string company, Did verifier);
  installation::Request query(const installation::Company& company, Stranger& verifier,
                              const std::string& access_token);
  /// Until somebody is up. True: go on.
  Task<bool> awake(const installation::Installation* home);
  Instant now() const { return world_.driver.loop().clock().now(); }

  installation::World& world_;
  crash::Availability& availability_;
  crash::Administrator& administrator_;
  Once& once_;
  Random& random_;
  Stranger client_;
  Acknowledged& acknowledged_;
  bool finishing_ = false;
  platform::async::Scope scope_;
};

inline constexpr const char* credential_type = "RegisteredCredential";

}  // namespace kontor::identity_crash
