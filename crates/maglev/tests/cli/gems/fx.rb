class CreatePosts < ActiveRecord::Migration[8.1]
  def change = create_table(:posts)
end

class CreateStamp < ActiveRecord::Migration[8.1]
  def change = create_function(:stamp)
end

class CreateLog < ActiveRecord::Migration[8.1]
  def change = create_trigger(:log, on: :posts)
end

class UpdateLog < ActiveRecord::Migration[8.1]
  def change = update_trigger(:log, on: :posts, version: 2, revert_to_version: 1)
end

class DropLog < ActiveRecord::Migration[8.1]
  def change = drop_trigger(:log, on: :posts, revert_to_version: 2)
end

class UpdateStamp < ActiveRecord::Migration[8.1]
  def change = update_function(:stamp, version: 2, revert_to_version: 1)
end

class DropStamp < ActiveRecord::Migration[8.1]
  def change = drop_function(:stamp, revert_to_version: 2)
end

class CreateStampOfVersion < ActiveRecord::Migration[8.1]
  def change = create_function(:stamp, version: 2)
end

class DropStampForGood < ActiveRecord::Migration[8.1]
  def change = drop_function(:stamp)
end

class EmptyFile < ActiveRecord::Migration[8.1]
  def change = create_function(:empty)
end

class UpdateToNothing < ActiveRecord::Migration[8.1]
  def change = update_function(:stamp)
end

class UpdateTriggerToNothing < ActiveRecord::Migration[8.1]
  def change = update_trigger(:log, on: :posts)
end

class VersionAndSql < ActiveRecord::Migration[8.1]
  def change = create_trigger(:log, version: 1, sql_definition: "x")
end

class OnNothing < ActiveRecord::Migration[8.1]
  def change = update_trigger(:log, version: 1)
end

class FromSql < ActiveRecord::Migration[8.1]
  def change
    create_function :two, sql_definition: <<-SQL
      CREATE FUNCTION two() RETURNS integer AS $$
        SELECT 2
      $$ LANGUAGE sql;
    SQL
  end
end
