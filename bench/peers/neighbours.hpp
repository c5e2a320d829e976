#pragma once

#include <memory>
#include <string>
#include <vector>

#include "harness/negotiating.hpp"
#include "installation/installation.hpp"

namespace kontor::bench {

/// What the provider of each subject offers.
inline constexpr const char* offered_asset = "prices";

/// An installation whose participant Acme offers an asset to everybody.
struct Subject {
  Subject(installation::Place place, int port, installation::Installation::Plan plan,
          const installation::Certificates& certificates, installation::FreePorts& ports)
      : home(std::move(place), port, std::move(plan), certificates, ports) {}

  installation::Installation home;
  installation::Company acme;
};

/// Two subjects that differ in nothing but what the benchmark does to one of them, and an installation of
/// many healthy participants, who negotiate with Acme of either.
class Neighbours {
 public:
  struct Plan {
    std::filesystem::path program;
    std::size_t healthy = 1000;
    std::string issuer_did;          ///< whose credentials the subjects believe
    std::string document_authority;  ///< of a server that has more DID documents
  };
  Neighbours(Plan plan, installation::Driver& driver);
  ~Neighbours();
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  Subject& left_alone() { return *left_alone_; }
  Subject& bothered() { return *bothered_; }
  /// The healthy ones take turns at opening negotiations with Acme of the subject.
  Repeated negotiate_with(Subject& subject, const Load& load);
  /// As a healthy one is told it.
  json::Value offer_of(Subject& subject);

 private:
  std::unique_ptr<Subject> make_subject(const std::string& name, int port);
  std::vector<std::string> settings() const;

  Plan plan_;
  installation::Driver& driver_;
  std::filesystem::path folder_;
  installation::Certificates certificates_;
  installation::FreePorts free_ports_;
  std::vector<int> ports_;  ///< the subjects' and the healthy ones'
  std::unique_ptr<Subject> left_alone_;
  std::unique_ptr<Subject> bothered_;
  std::unique_ptr<installation::Installation> healthy_home_;
  std::vector<installation::Company> healthy_;
  std::size_t turn_ = 0;
};

}  // namespace kontor::bench
