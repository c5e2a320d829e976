#pragma once

#include <string>

#include "base/id/id.hpp"
#include "neighbours.hpp"

namespace kontor::bench {

/// A counter-party whose port takes every connection, and that never says a word.
class SilentPeer {
 public:
  explicit SilentPeer(installation::Driver& driver);
  ~SilentPeer();
  SilentPeer(const SilentPeer&) = delete;
  SilentPeer& operator=(const SilentPeer&) = delete;

  Did did() const;
  std::string url() const;  ///< of its DSP endpoint

  /// Until `stop`, Acme of the subject opens so many negotiations a second with it, and as often somebody in
  /// its name asks Acme for something, so that Acme wants to read its DID document.
  void bother(Subject& subject, std::size_t per_second);
  void stop();
  std::size_t opened() const { return opened_; }

 private:
  Task<void> be_opened(installation::Request opening, Duration pause);
  Task<void> ask(installation::Request message, Duration pause);

  installation::Driver& driver_;
  int socket_ = -1;
  int port_ = 0;
  std::unique_ptr<platform::async::Scope> scope_;
  std::size_t opened_ = 0;
};

}  // namespace kontor::bench
