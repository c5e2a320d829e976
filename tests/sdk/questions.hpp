#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace kontor::sdk_test {

/// What an author asks while a plane hands over a line of its log, and what was answered.
class Questions {
 public:
  /// Asks on another thread first: a plane that stands still there fails the test, and does not stop it.
  void ask(std::string_view line, const std::function<std::string()>& question) {
    const std::lock_guard lock(mutex_);
    asked_.push_back(std::async(std::launch::async, question));
    const bool answered = asked_.back().wait_for(patience) == std::future_status::ready;
    answers_.emplace_back(line, answered ? question() : "nothing: it stands still");
  }
  /// At the first line that has these words.
  std::string answer_at(std::string_view words) {
    const std::lock_guard lock(mutex_);
    for (const auto& [line, answer] : answers_) {
      if (line.contains(words)) return answer;
    }
    return "nothing: there is no such line";
  }

 private:
  static constexpr std::chrono::seconds patience{5};
  std::mutex mutex_;
  std::vector<std::future<std::string>> asked_;
  std::vector<std::pair<std::string, std::string>> answers_;
};

}  // namespace kontor::sdk_test
