# run: migrate
class Environment < ActiveRecord::Migration[8.1]
  def change
    say Rails.env.inspect
    say Rails.env.production?.inspect
    say Rails.env.test?.inspect
    create_table(:a) unless Rails.env.test?
  end
end
