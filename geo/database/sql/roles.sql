-- Roles of the whole server; each statement is harmless when the role is there. Runs as the server's administrator.
--   Roles that a transaction acts as (none can log in): owner of the tables; engine, which writes derived rows;
--   command, leader, unit and admin, the people; gate, which alone knows passwords and sessions.
--   Logins: staff for the web server, jobs for regular duties and the command line.
do $$
declare
  role_name text;
begin
  foreach role_name in array array[
    'jiantu_owner', 'jiantu_engine', 'jiantu_command', 'jiantu_leader', 'jiantu_unit', 'jiantu_admin', 'jiantu_gate',
    'jiantu_projector'
  ] loop
    begin
      execute format('create role %I nologin', role_name);
    exception when duplicate_object or unique_violation then
      null;  -- made before, or at this moment by another database of the same server
    end;
  end loop;
  foreach role_name in array array['jiantu_staff', 'jiantu_jobs'] loop
    begin
      execute format('create role %I login noinherit', role_name);
    exception when duplicate_object or unique_violation then
      null;
    end;
  end loop;
  -- The public's login: a member of nothing, it reads the views of schema public_map and has two seconds for it.
  begin
    create role jiantu_public login noinherit connection limit 60;
    alter role jiantu_public set default_transaction_read_only = on;
    alter role jiantu_public set statement_timeout = '2s';
    alter role jiantu_public set search_path = public_map;
  exception when duplicate_object or unique_violation then
    null;
  end;
end $$;
grant jiantu_leader, jiantu_command, jiantu_unit, jiantu_admin, jiantu_gate, jiantu_engine to jiantu_staff;
grant jiantu_leader, jiantu_command, jiantu_admin, jiantu_gate, jiantu_engine to jiantu_jobs;
