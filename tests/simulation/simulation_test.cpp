#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

// The program itself is run: a defect that ends it is a failure with a seed, and a run owes nothing to the
// one before.
namespace kontor::simulation::test {
namespace {

/// A running `kontor-simulate`, its output kept.
class Simulation {
 public:
  explicit Simulation(std::vector<std::string> arguments) {
    int ends[2];
    EXPECT_EQ(pipe2(ends, O_CLOEXEC), 0);
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    arguments.insert(arguments.begin(), KONTOR_SIMULATE);
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    EXPECT_EQ(posix_spawn(&process_, KONTOR_SIMULATE, &actions, nullptr, pointers.data(), environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
  }
  ~Simulation() { close(output_); }
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Reads to the end of the output. The exit code; -1 when a signal ended the program.
  int finish() {
    char buffer[4096];
    for (ssize_t count = 0; (count = read(output_, buffer, sizeof buffer)) > 0;) {
      text_.append(buffer, static_cast<std::size_t>(count));
    }
    int status = 0;
    waitpid(process_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  const std::string& text() const { return text_; }

 private:
  pid_t process_ = -1;
  int output_ = -1;
  std::string text_;
};

/// The last word of the line of a seed.
std::string hash_of(const std::string& seed) {
  Simulation simulation({"--seed", seed});
  EXPECT_EQ(simulation.finish(), 0) << simulation.text();
  const auto end = simulation.text().find('\n');
  const auto line = simulation.text().substr(0, end);
  return line.substr(line.rfind(' ') + 1);
}

}  // namespace

// Two programs, for two cores; what is left in the output of one that was ended by a defect is the seed that
// did it.
TEST(Simulation, every_invariant_holds_under_two_hundred_seeds) {
  Simulation first({"--seed", "1", "--seeds", "100"});
  Simulation second({"--seed", "101", "--seeds", "100"});
  EXPECT_EQ(first.finish(), 0) << first.text();
  EXPECT_EQ(second.finish(), 0) << second.text();
}

TEST(Simulation, the_same_seed_is_the_same_run) {
  const auto hash = hash_of("3");
  EXPECT_EQ(hash.size(), 64u);
  EXPECT_EQ(hash_of("3"), hash);
  EXPECT_NE(hash_of("4"), hash);
}

TEST(Simulation, a_disk_that_lies_is_found) {
  Simulation simulation({"--seed", "1", "--seeds", "3", "--lying-disk"});
  EXPECT_EQ(simulation.finish(), 1);
  EXPECT_TRUE(simulation.text().contains("repeat: ./dev simulate --seed")) << simulation.text();
}

}  // namespace kontor::simulation::test
