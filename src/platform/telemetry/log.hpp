#pragma once

#include <fmt/core.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/id/id.hpp"
#include "base/json/codec.hpp"
#include "platform/async/clock.hpp"

namespace kontor::platform::telemetry {

enum class Severity : std::uint8_t { debug, info, warning, error, off };
inline constexpr json::EnumNames<Severity, 5> severity_names{{{Severity::debug, "debug"},
                                                              {Severity::info, "info"},
                                                              {Severity::warning, "warning"},
                                                              {Severity::error, "error"},
                                                              {Severity::off, "off"}}};

/// What kind of line it is: who looks for it.
enum class Category : std::uint8_t { application, audit, dsp, dcp, dps };
inline constexpr json::EnumNames<Category, 5> category_names{{{Category::application, "application"},
                                                              {Category::audit, "audit"},
                                                              {Category::dsp, "dsp"},
                                                              {Category::dcp, "dcp"},
                                                              {Category::dps, "dps"}}};

/// What a line is about. Empty ones are left out. The views need to live for the call only.
struct About {
  Category category = Category::application;
  std::string_view tenant = {};
  std::string_view context = {};        ///< the participant context (VPA)
  std::string_view action = {};         ///< `transfer.start`
  std::string_view counter_party = {};  ///< its DID
  std::string_view process_id = {};     ///< of the negotiation, transfer or issuance
  std::string_view trace_id = {};
  std::string_view incident = {};
};

/// Where lines go. `write` gets one complete line with its newline and may be called from any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  virtual void write(std::string_view line) = 0;
};
std::unique_ptr<LogSink> standard_error_sink();

struct LogLevels {
  Severity level = Severity::info;
  std::map<std::string, Severity> components = {};  ///< where a component differs: `http: debug`
};

/// Writes JSON lines: time, severity, component, category, what it is about, message. Texts from outside
/// cannot break a line or a terminal (control characters are escaped, invalid UTF-8 is replaced) and each is
/// cut at a bound. A level that is off costs a comparison. Small: copy it. Threads: any; sink, clock and
/// levels outlive it.
///
///     log.info("listening on port {}", port);
///     log.warning({.category = Category::dsp, .counter_party = did.str()}, "refused: {}", error.message());
class Log {
 public:
  Log(LogSink& sink, const async::Clock& clock, const LogLevels& levels,
      std::string_view component = "kontor");

  /// The same log for another component, under its own level. `name` is a literal or lives as long.
  Log component(std::string_view name) const;
  bool enabled(Severity severity) const { return severity >= threshold_; }

  template <class... Args>
  void debug(const About& about, fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::debug, about, text, args...);
  }
  template <class... Args>
  void debug(fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::debug, {}, text, args...);
  }
  template <class... Args>
  void info(const About& about, fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::info, about, text, args...);
  }
  template <class... Args>
  void info(fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::info, {}, text, args...);
  }
  template <class... Args>
  void warning(const About& about, fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::warning, about, text, args...);
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::warning, {}, text, args...);
  }
  template <class... Args>
  void error(const About& about, fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::error, about, text, args...);
  }
  template <class... Args>
  void error(fmt::format_string<Args...> text, Args&&... args) const {
    write(Severity::error, {}, text, args...);
  }

 private:
  template <class... Args>
  void write(Severity severity, const About& about, fmt::string_view text, const Args&... args) const {
    if (enabled(severity)) write_line(severity, about, text, fmt::make_format_args(args...));
  }
  void write_line(Severity severity, const About& about, fmt::string_view text, fmt::format_args args) const;

  LogSink* sink_;
  const async::Clock* clock_;
  const LogLevels* levels_;
  std::string_view component_;
  Severity threshold_;
};

/// `text` as the inside of a JSON string: printable, valid UTF-8, at most `bytes_max` bytes of it (a cut is
/// marked by `…`).
void append_escaped(std::string& out, std::string_view text, std::size_t bytes_max);

}  // namespace kontor::platform::telemetry
