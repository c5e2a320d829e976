#pragma once

#include <filesystem>
#include <string>

#include "installation/installation.hpp"
#include "interop/edc/hub.hpp"
#include "interop/edc/translator.hpp"

namespace kontor::interop::edc {

/// What a member is issued under each data model, and the profile under which Kontor's company demands it.
struct Membership {
  std::string type;
  std::string format;
  std::string profile;
};
inline const Membership member_1_1{"MembershipCredential", "VC1_0_JWT", "members"};
inline const Membership member_2_0{"RegisteredCredential", "VC2_0_JOSE", "registered"};

/// A dataspace in which everybody proves who they are, by the Decentralized Claims Protocol: an issuer, a
/// company and a newcomer without credentials at Kontor, and EDC's hub with what stands before it. Everything
/// is made over public APIs; what is not answered as it has to be is thrown (`installation::Failed`).
class Dataspace {
 public:
  struct Plan {
    std::filesystem::path program;  ///< `kontor`
    std::filesystem::path folder;   ///< of logs and stores; begins empty
    std::string hub_class_path;
  };
  Dataspace(Driver& driver, const Plan& plan);

  const Hub& hub() const { return hub_; }
  const Translator& translator() const { return translator_; }
  std::string issuer() const { return kontor_.did("issuer"); }
  std::string did(const std::string& name) const { return kontor_.did(name); }
  Driver& driver() { return driver_; }

  /// A participant of the hub that the issuer knows as holder.
  HubParticipant enrol(const std::string& name);
  /// One that it does not know.
  HubParticipant admit(const std::string& name) { return hub_.make(driver_, name, translator_.origin()); }
  /// A credential for the company, at Kontor's own credential service.
  void obtain_for_company();
  /// Offers it to a holder and waits for the holder's answer.
  void offer(const HubParticipant& holder, const Membership& membership);
  void revoke(const std::string& holder, const Membership& membership);

  /// The company's answer to whoever asks for its catalog under this profile with this token.
  Answer ask_catalog(const Membership& membership, const std::string& token);
  /// A participant of Kontor, as its own people drive it.
  Party party(const std::string& name);

 private:
  std::string issuer_api(const std::string& path) const;
  std::string management(const std::string& path) const;
  void found_issuer();
  void register_holder(const std::string& did);
  void define(const Membership& membership);
  void found_company(const std::string& name);
  void declare_profile(const Membership& membership);

  Driver& driver_;
  installation::Certificates certificates_;
  installation::FreePorts ports_;
  int public_port_;
  Hub hub_;
  Translator translator_;
  installation::Installation kontor_;
  std::string token_;
};

}  // namespace kontor::interop::edc
